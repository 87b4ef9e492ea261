#!/usr/bin/env bash
# Lint the OpenAPI document that the server answers, and score it: bash tests/openapi/lint.sh DATABASE
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python -m tests.openapi "$1" > "$work/openapi.json"
cp "$here"/package.json "$here"/*.yaml "$work"
cd "$work"
if [ -n "${NODE_MODULES:-}" ]; then
    ln -s "$NODE_MODULES" node_modules
else
    npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts
fi
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
npx redocly lint --config redocly.yaml openapi.json
npx spectral lint --fail-severity=hint --ruleset spectral.yaml openapi.json
npx redocly score --format json openapi.json > score.json
python - <<'PYTHON'
import json
from pathlib import Path

text = Path("score.json").read_text()
score = json.loads(text[text.index("{") :])["agentReadiness"]
print(f"Score: {score} of 100")
raise SystemExit(score < 90)
PYTHON
