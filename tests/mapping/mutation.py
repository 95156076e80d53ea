#!/usr/bin/env python3
"""Weakens the mapping arm by arm and says which weakenings no test notices.

Every arm of every `match`, every condition and part of one, every statement that calls or assigns, and every truth value of the
rules, the posture, the plan and the never-weaker order is changed in turn. All changes are in one build, each behind a switch
(`tests/mapping/mutants` writes it), so that each costs one run of the tests. The copy that is changed lies under the target
directory; the working tree stays as it is.

    tests/mapping/mutation.py [--jobs N] [--only TEXT] [ID ...]

A weakening that changes nothing that can be observed is listed in `equivalent.json` with the reason; an entry that no longer
fits any weakening is an error. Exit code: 0 if every other weakening is noticed.

WCF2GRPC_CASES (2000 if unset) is how many random configurations each weakening is tried on.
"""

import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = [
    "rules/authorization.rs", "rules/certificate_validation.rs", "rules/client_authentication.rs", "rules/limits.rs",
    "rules/message_protection.rs", "rules/metadata_exposure.rs", "rules/server_identity.rs", "rules/sessions.rs",
    "rules/transport_protection.rs", "assess.rs", "assess/certificates.rs", "assess/message.rs", "assess/transport.rs",
    "association.rs", "code_overrides.rs", "never_weaker.rs", "never_weaker/authorization.rs", "pairing.rs", "planning.rs", "posture.rs",
    "raised.rs", "unconsumed.rs",
]
SWITCH = """
/// Which weakening is on.
pub mod mutant {
    /// Whether this one is.
    #[must_use]
    pub fn on(id: u32) -> bool {
        static ON: std::sync::OnceLock<Option<u32>> = std::sync::OnceLock::new();
        *ON.get_or_init(|| std::env::var("WCF2GRPC_MUTANT").ok().and_then(|id| id.parse().ok())) == Some(id)
    }
}
"""
TIMEOUT = 120


def run(*command, **options):
    return subprocess.run(command, text=True, capture_output=True, **options)


def copy(root, scratch):
    """The working tree as git sees it, only what changed copied anew, so that cargo builds only that."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=root, check=True).stdout.split("\0")
    for folder, _, names in os.walk(scratch):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), scratch)
            if path not in listed:
                os.remove(os.path.join(scratch, path))
    for path in filter(None, listed):
        source, target = os.path.join(root, path), os.path.join(scratch, path)
        if not os.path.isfile(source) or path.startswith("fixtures/golden/"):
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target) or open(source, "rb").read() != open(target, "rb").read():
            shutil.copyfile(source, target)


def mutate(root, scratch, generator, skip):
    """Fresh sources with every mutant but those that are skipped; the list of them."""
    source = os.path.join(scratch, "crates/wcf-security/src")
    for name in FILES + ["lib.rs"]:
        shutil.copyfile(os.path.join(root, "crates/wcf-security/src", name), os.path.join(source, name))
    with open(os.path.join(source, "lib.rs"), "a") as lib:
        lib.write(SWITCH)
    listed = os.path.join(scratch, "mutants.json")
    skipped = ["--skip", ",".join(map(str, sorted(skip)))] if skip else []
    subprocess.run([generator, listed, *skipped, *FILES], check=True, cwd=source)
    return json.load(open(listed))


def build(scratch, environment):
    """The test binaries, or the places (file, byte) that do not compile."""
    command = ["cargo", "test", "-p", "wcf-security", "--no-run", "--message-format", "json"]
    output = run(*command, cwd=scratch, env=environment)
    binaries, errors = {}, []
    for line in output.stdout.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-artifact" and message.get("executable") and message["profile"]["test"]:
            binaries[message["target"]["name"]] = message["executable"]
        if message["reason"] == "compiler-message" and message["message"]["level"] == "error":
            for span in message["message"]["spans"]:
                errors.append((span["file_name"].split("wcf-security/src/")[-1], span["byte_start"], message["message"]["message"]))
    return binaries, errors, output


def named(mutant):
    """What tells a mutant from all others and stays when code elsewhere changes."""
    return {key: mutant[key] for key in ("file", "function", "code", "what")}


def main():
    arguments = sys.argv[1:]
    jobs = int(arguments[arguments.index("--jobs") + 1]) if "--jobs" in arguments else 2
    only = arguments[arguments.index("--only") + 1] if "--only" in arguments else ""
    values = {str(jobs), only}
    wanted = {int(argument) for argument in arguments if argument.isdigit() and (argument not in values or "--jobs" not in arguments)}

    root = run("git", "rev-parse", "--show-toplevel", cwd=HERE, check=True).stdout.strip()
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(root, "target"))
    scratch = os.path.join(target, "mutants", "tree")
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": os.path.join(target, "mutants"),
        "CARGO_PROFILE_DEV_OPT_LEVEL": "1",
        "CARGO_PROFILE_DEV_DEBUG": "false",
        "WCF2GRPC_CASES": os.environ.get("WCF2GRPC_CASES", "2000"),
        "RUST_BACKTRACE": "0",
        "RUSTFLAGS": "-Awarnings",
    }
    environment.pop("WCF2GRPC_LONG", None)
    tool = ["cargo", "build", "-q", "--manifest-path", os.path.join(HERE, "mutants", "Cargo.toml")]
    subprocess.run(tool, check=True, env=environment)
    generator = os.path.join(target, "mutants", "debug", "mutants")

    copy(root, scratch)
    skip = set()
    while True:
        mutants = mutate(root, scratch, generator, skip)
        binaries, errors, output = build(scratch, environment)
        if binaries.get("mapping") and binaries.get("wcf_security"):
            break
        bad = set()
        for file, byte, _ in errors:
            around = [m for m in mutants if m["file"] == file and m["bytes"] and m["bytes"][0] <= byte < m["bytes"][1]]
            if around:
                inner = min(m["bytes"][1] - m["bytes"][0] for m in around)
                bad.update(m["id"] for m in around if m["bytes"][1] - m["bytes"][0] == inner)
        if not bad:
            print(output.stderr[-3000:], *errors, sep="\n")
            return 2
        skip |= bad
        print(f"{len(bad)} change no program and are not counted: they do not compile", flush=True)

    def noticed(identity):
        switched = {**environment, "WCF2GRPC_MUTANT": str(identity)}
        for name in ("mapping", "wcf_security"):
            try:
                folder = os.path.join(scratch, "crates/wcf-security")
                if run(binaries[name], "-q", cwd=folder, env=switched, timeout=TIMEOUT).returncode:
                    return True
            except subprocess.TimeoutExpired:
                return True
        return False

    if noticed(0):
        print("the tests fail without any weakening")
        return 2
    equivalent = json.load(open(os.path.join(HERE, "equivalent.json")))
    reasons = {json.dumps({key: entry[key] for key in ("file", "function", "code", "what")}): entry["why"] for entry in equivalent}
    tried = [m for m in mutants if only in f'{m["file"]} {m["function"]}' and (not wanted or m["id"] in wanted)]
    killed, survived, unused = 0, [], set(reasons)
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for mutant, seen in zip(tried, pool.map(lambda m: noticed(m["id"]), tried)):
            key = json.dumps(named(mutant))
            unused.discard(key)
            if seen:
                killed += 1
                if key in reasons:
                    print(f"NOT EQUIVALENT {mutant['id']}: {key}", flush=True)
            elif key not in reasons:
                survived.append(mutant)
                print(f'SURVIVED {mutant["id"]} {mutant["file"]}:{mutant["line"]} {mutant["function"]}: `{mutant["code"][:160]}` {mutant["what"][:160]}', flush=True)
    json.dump([{**named(m), "why": ""} for m in survived], open(os.path.join(scratch, "survived.json"), "w"), indent=1)
    accepted = len(tried) - killed - len(survived)
    print(
        f"{len(tried)} weakenings: {killed} noticed, {accepted} equivalent with a reason, {len(survived)} survived"
        f" ({time.monotonic() - started:.0f} s)"
    )
    if not only and not wanted:
        for key in sorted(unused):
            print(f"FITS NOTHING in equivalent.json: {key}")
        return min(len(survived) + len(unused), 255)
    return min(len(survived), 255)


if __name__ == "__main__":
    sys.exit(main())
