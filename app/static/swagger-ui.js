// The page would fill every optional parameter with its example, and ask for what all of them match: nothing.
function withoutPrefilledExamples(response) {
  if (!response.url.endsWith("/openapi.json")) return response;
  const document = JSON.parse(response.text);
  for (const path of Object.values(document.paths)) {
    for (const parameter of path.get.parameters ?? []) {
      if (parameter.required || !("example" in parameter)) continue;
      const example = [parameter.example].flat().join(", ");
      parameter.description += ` Example: \`${example}\`.`;
      delete parameter.example;
    }
  }
  response.text = JSON.stringify(document);
  return response;
}

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  responseInterceptor: withoutPrefilledExamples,
});
