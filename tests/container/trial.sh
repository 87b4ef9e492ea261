#!/usr/bin/env bash
# Builds the Dockerfile without a daemon and a registry, runs the image as strictly as it claims to allow, and asks it.
# Debian, as root: apt-get install buildah runc debootstrap curl; PYTHON names the Python that the base image gets.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
mirror=${MIRROR:-} # where Debian's packages come from; debootstrap's own if it is empty
port=${PORT:-18080}
work=$(mktemp -d)
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
here=(--storage-driver vfs --root "$work/images" --runroot "$work/run")
running=
finish() {
    if [ -n "$running" ]; then runc --root "$work/runc" kill "$running" KILL 2>"$work/kill.log" || true; fi
    buildah "${here[@]}" umount --all >"$work/umount.log" 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT
step() { printf '\n== %s\n' "$*"; }

step "a base image like the official one: Debian, and a Python under /usr/local"
debootstrap --variant=minbase --include=ca-certificates,libssl3,libsqlite3-0,libffi8,libreadline8,libbz2-1.0,liblzma5 \
    bookworm "$work/base" ${mirror:+"$mirror"} >"$work/debootstrap.log"
"$python" - "$work/base/usr/local" <<'PYTHON'
import shutil, sys, sysconfig
from pathlib import Path
target, prefix = Path(sys.argv[1]), Path(sys.base_prefix)
version = "python" + sysconfig.get_python_version()
left_out = shutil.ignore_patterns("test", "__pycache__", "config-*", "site-packages")
shutil.copytree(prefix / "lib" / version, target / "lib" / version, ignore=left_out)
for library in (prefix / "lib").glob("libpython*.so*"):
    shutil.copy(library, target / "lib")
for name in (version, "python3", "python"):
    shutil.copy(prefix / "bin" / version, target / "bin" / name)
PYTHON
chroot "$work/base" ldconfig
chroot "$work/base" python -m ensurepip >"$work/ensurepip.log"
printf 'FROM scratch\nADD base /\nENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8\n' >"$work/Base"
build() { buildah "${here[@]}" build --runtime runc --ulimit nofile=4096:4096 --format docker "$@" >>"$work/build.log" 2>&1 \
    || { tail -n 30 "$work/build.log"; return 1; }; }
build --tag base --file "$work/Base" "$work"

step "the image"
certificates=/etc/ssl/certs/ca-certificates.crt
printf '[global]\ncert = %s\n' "$certificates" >"$work/pip.conf"
build --build-arg BASE=localhost/base --pull=never --tag api --volume "$certificates:$certificates:ro" \
    --volume "$work/pip.conf:/etc/pip.conf:ro" .
container=$(buildah "${here[@]}" from --pull-never api)
root=$(buildah "${here[@]}" mount "$container")

step "what is not in it"
for tool in pip pip3 gcc cc make git curl wget; do
    if [ -n "$(find "$root"/usr/local/bin "$root"/usr/bin "$root"/bin "$root"/venv/bin -name "$tool")" ]; then
        echo "the image holds $tool"; exit 1
    fi
done
find "$root" -xdev \( -name sh -o -name dash -o -name bash \) \( -type f -o -type l \) -path '*bin/*' -delete

step "run: user 10001, read-only root, no capabilities, no new privileges, no shell, no writable folder"
mkdir "$work/bundle"
runc spec --bundle "$work/bundle"
"$python" - "$work/bundle/config.json" "$root" "$port" <<'PYTHON'
import json, sys
from pathlib import Path
path, root, port = Path(sys.argv[1]), *sys.argv[2:]
config = json.loads(path.read_text())
environment = ["PATH=/venv/bin:/usr/local/bin", "PYTHONDONTWRITEBYTECODE=1", "APP_DATABASE=/data/cooperation.sqlite"]
config["root"] = {"path": root, "readonly": True}
config["process"] |= {
    "terminal": False,
    "user": {"uid": 10001, "gid": 10001},
    "args": ["python", "-m", "app", "--port", port],
    "env": [*environment, "APP_LOG_REQUESTS=true", f"APP_METRICS_PORT={int(port) + 1}"],
    "cwd": "/data",
    "capabilities": {},
    "noNewPrivileges": True,
    "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 4096, "soft": 4096}],
}
config["mounts"] = [mount for mount in config["mounts"] if mount["destination"] in ("/proc", "/dev")]
config["linux"]["namespaces"] = [{"type": name} for name in ("pid", "ipc", "uts", "mount")]
config["linux"].pop("resources", None)
path.write_text(json.dumps(config))
PYTHON
running=api-$$
runc --root "$work/runc" run --bundle "$work/bundle" --detach --pid-file "$work/pid" "$running" \
    </dev/null >"$work/out.log" 2>"$work/err.log"
address=http://127.0.0.1:$port
for _ in $(seq 50); do curl -fs "$address/health/ready" >"$work/ready" && break; sleep 0.2; done
cat "$work/ready"; echo

step "ask it"
curl -fs "$address/organizations/osce" | grep -o '"id":"osce","type":"organization"' | sort -u
curl -fs "http://127.0.0.1:$((port + 1))/metrics" | grep '^http_requests_total{.*organizations/{id}'
grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$(cat "$work/pid")/status"
if runc --root "$work/runc" exec "$running" python -c "open('/data/x', 'w')" 2>"$work/write.log"; then
    echo "the root can be written to"; exit 1
fi
tail -n 1 "$work/write.log"
if runc --root "$work/runc" exec "$running" sh -c true 2>"$work/shell.log"; then echo "there is a shell"; exit 1; fi
tail -n 1 "$work/out.log"

step "stop"
runc --root "$work/runc" kill "$running" TERM
for _ in $(seq 50); do kill -0 "$(cat "$work/pid")" 2>"$work/gone" || break; sleep 0.1; done
if kill -0 "$(cat "$work/pid")" 2>"$work/gone"; then echo "it does not end"; exit 1; fi
runc --root "$work/runc" delete "$running"
running=
echo "the container ended by itself"
