"""Checks the deploy/ folder of a host: python3 manifests.py FOLDER.

Kubernetes objects against the published schemas, cert-manager's by the fields of its API reference, a stack file against the
Compose specification; and that each file a variable names is mounted where the variable says. Prints a line a problem.
"""

import json
import pathlib
import subprocess
import sys

import kubernetes_validate
import yaml

KUBERNETES = "1.33"

# The fields of cert-manager.io/v1 Certificate that are used, with their types, from its API reference.
CERTIFICATE = {
    "secretName": str,
    "duration": str,
    "renewBefore": str,
    "privateKey": {"algorithm": str, "size": int, "rotationPolicy": str},
    "usages": [str],
    "dnsNames": [str],
    "issuerRef": {"group": str, "kind": str, "name": str},
}
USAGES = {"digital signature", "server auth", "client auth"}
KUSTOMIZATION = {"apiVersion": str, "kind": str, "resources": [str], "configMapGenerator": [{"name": str, "files": [str]}]}


def fits(value, shape, path):
    """The places where a value has not the shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{path}: not an object"]
        unknown = [f"{path}.{key}: no such field" for key in value if key not in shape]
        return unknown + [p for key in value if key in shape for p in fits(value[key], shape[key], f"{path}.{key}")]
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return [f"{path}: not a list with something in it"]
        return [p for item in value for p in fits(item, shape[0], path)]
    return [] if isinstance(value, shape) else [f"{path}: not {shape.__name__}"]


def files_of_pod(deployment):
    """Every path that is mounted into the container, and the folders whose content is not listed."""
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    files, folders = set(), set()
    for mount in container["volumeMounts"]:
        volume = volumes.pop(mount["name"])
        source = volume.get("secret") or volume.get("configMap")
        if source and "items" in source:
            files |= {f"{mount['mountPath']}/{item['path']}" for item in source["items"]}
        else:
            folders.add(mount["mountPath"])
    unused = [f"volume {name} is mounted nowhere" for name in volumes]
    return container, files, folders, unused


def paths_in(environment):
    return {name: value for name, value in environment.items() if value.startswith("/")}


def kubernetes(folder):
    problems = []
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    problems += fits(kustomization, KUSTOMIZATION, "kustomization")
    present = {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
    if set(kustomization["resources"]) != present:
        problems.append(f"kustomization lists {sorted(kustomization['resources'])}, the folder has {sorted(present)}")
    objects = {}
    for name in sorted(present):
        for item in yaml.safe_load_all((folder / name).read_text()):
            objects[item["kind"], item["metadata"]["name"]] = item
            if item["apiVersion"] == "cert-manager.io/v1":
                spec = item["spec"]
                problems += fits(spec, CERTIFICATE, f"{name}: spec")
                problems += [f"{name}: unknown usage {usage}" for usage in spec.get("usages", []) if usage not in USAGES]
                continue
            try:
                kubernetes_validate.validate(item, KUBERNETES, strict=True)
            except kubernetes_validate.ValidationError as error:
                problems.append(f"{name}: {error.message} at {list(error.path)}")
    (deployment,) = [item for (kind, _), item in objects.items() if kind == "Deployment"]
    container, files, folders, unused = files_of_pod(deployment)
    problems += unused
    variables = {variable["name"]: variable["value"] for variable in container["env"]}
    for variable, path in paths_in(variables).items():
        if path not in files and not any(path.startswith(f"{mount}/") for mount in folders):
            problems.append(f"{variable} names {path}, which is not mounted")
    issued = {item["spec"]["secretName"] for (kind, _), item in objects.items() if kind == "Certificate"}
    for volume in deployment["spec"]["template"]["spec"]["volumes"]:
        secret = volume.get("secret", {})
        if any(item["key"] == "tls.key" for item in secret.get("items", [])) and secret["secretName"] not in issued:
            problems.append(f"no certificate is issued into {secret['secretName']}")
    opened = {port["containerPort"] for port in container.get("ports", [])}
    (policy,) = [item for (kind, _), item in objects.items() if kind == "NetworkPolicy"]
    let_through = {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]}
    if opened != let_through:
        problems.append(f"the container opens {sorted(opened)}, the network policy lets through {sorted(let_through)}")
    return problems


def swarm(folder):
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(folder / "stack.yaml")],
        capture_output=True, text=True, timeout=120, check=False,
    )
    problems = [] if done.returncode == 0 else [done.stdout + done.stderr]
    stack = yaml.safe_load((folder / "stack.yaml").read_text())
    server = stack["services"]["server"]
    mounted = {}
    for what in ("configs", "secrets"):
        declared = stack.get(what, {})
        used = {item["source"] for item in server.get(what, [])}
        if used != set(declared):
            problems.append(f"{what}: {sorted(used)} are used, {sorted(declared)} are declared")
        mounted |= {item["target"]: (what, item["mode"]) for item in server.get(what, [])}
    sockets = [entry.split(":")[0] for entry in server.get("tmpfs", [])]
    for variable, path in paths_in(server["environment"]).items():
        if any(path.startswith(f"{socket}/") for socket in sockets):
            continue
        if path not in mounted:
            problems.append(f"{variable} names {path}, which is not mounted")
        elif ("key" in path.rsplit("/", 1)[-1] or "passwords" in path) and mounted[path] != ("secrets", 0o400):
            if not path.endswith("/token-keys/keys"):
                problems.append(f"{path} is secret and mounted as {mounted[path]}")
    for network in stack["networks"].values():
        if network.get("driver_opts", {}).get("encrypted") != "true":
            problems.append("an overlay is not declared encrypted")
    return problems


def main():
    folder = pathlib.Path(sys.argv[1])
    problems = kubernetes(folder) if (folder / "deployment.yaml").exists() else swarm(folder)
    print(json.dumps(problems, indent=1))
    sys.exit(1 if problems else 0)


main()
