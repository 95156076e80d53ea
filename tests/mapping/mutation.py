#!/usr/bin/env python3
"""Weakens the mapping one arm at a time and says which weakenings no test notices.

Usage: tests/mapping/mutation.py [--list] [NUMBER ...]

Each mutation replaces one text in one file of crates/wcf-security/src, in a scratch worktree of the current commit, and runs the
crate's tests. A mutation that no test notices is printed as SURVIVED; the exit code is their number. A text that does not occur
exactly as often as it says is an error of this list, so that it cannot go stale in silence. Run it when rules change; it takes a
few seconds for each mutation. CARGO_TARGET_DIR is used as it is.
"""

import os
import re
import subprocess
import sys
import tempfile

SOURCE = "crates/wcf-security/src/"
T = "rules/transport_protection.rs"
A = "rules/client_authentication.rs"
V = "rules/certificate_validation.rs"
S = "rules/server_identity.rs"
M = "rules/message_protection.rs"
L = "rules/limits.rs"
N = "never_weaker.rs"
P = "planning.rs"
AT = "assess/transport.rs"
AM = "assess/message.rs"
AC = "assess/certificates.rs"

# (file, text, replacement): spaces stand for any white space, the first occurrence after `…@` marks is taken.
MUTATIONS = [
    # What carries the calls.
    (T, "Exposure::Local if nothing_to_keep =>", "Exposure::Local if true || nothing_to_keep =>"),
    (T, "let strict = planner.policy.mesh_strict.clone(); if needs_certificate {", "let strict = planner.policy.mesh_strict.clone(); if false {"),
    (T, "} else if !strict.value && !nothing_to_keep {", "} else if false {"),
    (T, "let encrypted = planner.policy.swarm_encrypted_overlay.clone(); if needs_certificate {", "let encrypted = planner.policy.swarm_encrypted_overlay.clone(); if false {"),
    (T, "} else if encrypted.value && planner.posture.server_proof.value != ServerProof::Nothing {", "} else if false {"),
    (T, "} else if encrypted.value { let because", "} else if true { let because"),
    (T, "Decision { chosen: Carriage::LocalSocket, rule: &LOCAL_SOCKET, because }", "Decision { chosen: Carriage::Tls, rule: &TLS_KEPT, because }"),
    (T, "(TlsVersions::OnlyTls13, &VERSIONS_ONLY_13)", "(TlsVersions::Tls12AndTls13, &VERSIONS_ONLY_13)"),
    (T, "(TlsVersions::OnlyTls12, &VERSIONS_ONLY_12)", "(TlsVersions::Tls12AndTls13, &VERSIONS_ONLY_12)"),
    (T, 'Carrier::Queue => ("a message queue", "a message broker such as RabbitMQ (AMQP)"),', "Carrier::Queue => return true,"),
    # Who calls.
    (A, "(Some(CallerCredential::Basic(http_password_check(planner, because))), &TRANSPORT_PASSWORD)", "(None, &TRANSPORT_PASSWORD)"),
    (A, "(Some(CallerCredential::Basic(message_password_check(planner, because))), &MESSAGE_PASSWORD)", "(None, &MESSAGE_PASSWORD)"),
    (A, "(Some(bearer(planner, because)), &MESSAGE_PASSWORD_BEARER)", "(None, &MESSAGE_PASSWORD_BEARER)"),
    (A, "Some((Some(CallerCredential::Basic(PasswordCheck::WindowsAccounts)), &DIGEST))", "Some((None, &DIGEST))"),
    (A, "Some((Some(bearer(planner, because)), &ISSUED_TOKEN))", "Some((None, &ISSUED_TOKEN))"),
    (A, "Layer::Transport => (Some(CallerCredential::ClientCertificate), &TRANSPORT_CERTIFICATE),", "Layer::Transport => (None, &TRANSPORT_CERTIFICATE),"),
    (A, "(Some(CallerCredential::ClientCertificate), &MESSAGE_CERTIFICATE)", "(None, &MESSAGE_CERTIFICATE)"),
    (A, "(Some(CallerCredential::ClientCertificate), &HOST_DECIDES)", "(None, &HOST_DECIDES)"),
    (A, "(Some(CallerCredential::ClientCertificate), &WINDOWS_CERTIFICATE)", "(None, &WINDOWS_CERTIFICATE)"),
    (A, "(Some(bearer(planner, because)), &WINDOWS_BEARER)", "(None, &WINDOWS_BEARER)"),
    (A, "(Some(CallerCredential::Kerberos), &WINDOWS_KERBEROS)", "(None, &WINDOWS_KERBEROS)"),
    (A, "planner.report(because, |at| AnonymousCallers { at }.into());", ""),
    (A, "return (Some(CallerCredential::LocalPeer), &LOCAL_PEER);", "return (None, &LOCAL_PEER);"),
    (A, "planner.report(&because, |at| ImpersonationLost { at }.into());", ""),
    # Whose certificates.
    (V, "if !credentials.chosen.contains(&CallerCredential::ClientCertificate) {", "if true || !credentials.chosen.contains(&CallerCredential::ClientCertificate) {"),
    (V, "TrustBasis::Chain => (TrustAnchors::Authorities, &CHAIN),", "TrustBasis::Chain => (TrustAnchors::AcceptAnyCertificate, &CHAIN),"),
    (V, "TrustBasis::Exact => (TrustAnchors::PinnedCertificates, &PINNED),", "TrustBasis::Exact => (TrustAnchors::Authorities, &PINNED),"),
    (V, "TrustBasis::ChainOrExact => (TrustAnchors::AuthoritiesOrPinned, &CHAIN_OR_PINNED),", "TrustBasis::ChainOrExact => (TrustAnchors::AcceptAnyCertificate, &CHAIN_OR_PINNED),"),
    (V, "(TrustAnchors::CustomVerifier, &CODE)", "(TrustAnchors::Authorities, &CODE)"),
    (V, "planner.report(&because, |at| AcceptAnyCertificate { at, whose }.into());", ""),
    (V, "if planner.is_waived(crate::diagnostics::ACCEPT_ANY_CERTIFICATE.name) {", "if true {"),
    (V, "let trust = CertificateTrust { anchors: TrustAnchors::Authorities, revocation: Revocation::Lists };", "let trust = CertificateTrust { anchors: TrustAnchors::Authorities, revocation: Revocation::NotChecked };"),
    (V, "(true, _) => { if is_own { planner.report(&because, |at| RevocationLists { at, whose }.into()); } Revocation::Lists }", "(true, _) => Revocation::NotChecked,"),
    (V, "| (ServerProof::Unknown, _, _) => Revocation::Lists,", "| (ServerProof::Unknown, _, _) => Revocation::NotChecked,"),
    (V, "chosen: CertificateTrust { anchors: TrustAnchors::PinnedCertificates, revocation: decision.chosen.revocation },", "chosen: CertificateTrust { anchors: TrustAnchors::Authorities, revocation: decision.chosen.revocation },"),
    (V, "chosen: CertificateTrust { anchors: TrustAnchors::PinnedCertificates, revocation }, rule: &SERVER_PINNED,", "chosen: CertificateTrust { anchors: TrustAnchors::Authorities, revocation }, rule: &SERVER_PINNED,"),
    # What the server proves.
    (S, "ExpectedServer { name: Some(Decision { chosen: name.clone(), rule: &NAME_FROM_IDENTITY, because }), pinned: None }", "ExpectedServer { name: from_address(planner), pinned: { let _ = (name, because); None } }"),
    (S, "ExpectedServer { name: from_address(planner), pinned: Some(because) }", "ExpectedServer { name: from_address(planner), pinned: { let _ = because; None } }"),
    (S, "ExpectedServer { pinned: by_identity.pinned.or_else(|| pinned_by_client(planner)), ..by_identity }", "{ let _ = pinned_by_client; by_identity }"),
    (S, "(ServerProof::Certificate | ServerProof::Unknown, false, Some(certificate)) => {", "(ServerProof::Certificate | ServerProof::Unknown, _, Some(certificate)) => {"),
    # Messages.
    (M, "if indirect.is_empty() {", "if true {"),
    (M, 'posture.intermediary.iter().cloned().chain(demanded).collect();', "demanded;"),
    (M, 'posture.intermediary.iter().cloned().chain(demanded).collect();', "{ let _ = demanded; posture.intermediary.clone() };"),
    (M, "planner.report(&because, |at| MessageSignatureLost { at }.into());", ""),
    (M, "planner.report(&[reason], |at| ProofOfPossessionLost { at, key }.into());", "let _ = (reason, key);"),
    # Limits.
    (L, "Decision { chosen: size.value, rule,", "Decision { chosen: size.value.saturating_add(1), rule,"),
    (L, "throttling.and_then(|throttling| throttling.max_concurrent_calls.as_ref()),", "None,"),
    (L, "throttling.and_then(|throttling| throttling.max_concurrent_sessions.as_ref()),", "None,"),
    # The order itself.
    (N, "if wire < known_wire(posture.in_transit.value) {", "if false && wire < known_wire(posture.in_transit.value) {"),
    (N, "if server < needed {", "if false && server < needed {"),
    (N, "if strongest < proof.value.strength() || !same_kind {", "if !same_kind {"),
    (N, "if strongest < proof.value.strength() || !same_kind {", "if { let _ = same_kind; strongest < proof.value.strength() } {"),
    (N, "if application_proofs > 0 && application_credentials == 0 {", "if false && application_proofs > 0 && application_credentials == 0 {"),
    (N, "if pinned && !kept {", "if false && pinned && !kept {"),
    (N, "if planned_lowest < lowest.value {", "if false && planned_lowest < lowest.value {"),
    (N, "&& planned_size > own", "&& false && planned_size > own"),
    (N, "&& plan.is_none_or(|plan| plan.chosen > source.value)", "&& false && plan.is_none_or(|plan| plan.chosen > source.value)"),
    (N, "if !admits_no_more(check.value.basis, trust.anchors) {", "if false && !admits_no_more(check.value.basis, trust.anchors) {"),
    (N, "if check.value.revocation && trust.revocation == Revocation::NotChecked {", "if false && check.value.revocation && trust.revocation == Revocation::NotChecked {"),
    (N, "if posture.carrier == Carrier::NamedPipe && ", "if false && posture.carrier == Carrier::NamedPipe && "),
    # Waivers and refusals.
    (P, "waiver.service == waiver_name && ", ""),
    (P, "&& waiver.until.is_none_or(|until| until >= self.today)", ""),
    (P, ".find(|waiver| finding.code.waivable && waiver.code == finding.code.name)", ".find(|_| finding.code.waivable)"),
    (P, "if view.host.refused { codes.push(CONFIGURATION_REFUSED.name); }", ""),
    (P, "codes.push(wcf_config::diagnostics::ADDRESS_SCHEME_MISMATCH.name);", ""),
    ("policy.rs", "if own.0 == Level::Deny && level.value != Level::Deny {", "if false && own.0 == Level::Deny && level.value != Level::Deny {"),
    ("policy.rs", "Some(true) if understood =>", "Some(true) if true || understood =>"),
    ("policy.rs", "self.findings.push(PolicyUnknownKey { span, key: name, table: path, known });", "let _ = (span, path);"),
    # What WCF did.
    (AT, "(HttpAuthenticationScheme::Basic, true) => CallerProof::PasswordProtected,", "(HttpAuthenticationScheme::Basic, true) => CallerProof::Nothing,"),
    (AT, "(HttpAuthenticationScheme::Basic, false) => CallerProof::PasswordInClear,", "(HttpAuthenticationScheme::Basic, false) => CallerProof::Nothing,"),
    (AT, "(HttpAuthenticationScheme::Digest, true) => CallerProof::DigestProtected,", "(HttpAuthenticationScheme::Digest, true) => CallerProof::Nothing,"),
    (AT, "(HttpAuthenticationScheme::Ntlm | HttpAuthenticationScheme::Negotiate, true) => CallerProof::WindowsIdentity,", "(HttpAuthenticationScheme::Ntlm | HttpAuthenticationScheme::Negotiate, true) => CallerProof::Nothing,"),
    (AT, "let by_certificate = http.tls && http.require_client_certificate.value;", "let by_certificate = false && http.require_client_certificate.value;"),
    (AT, "let in_transit = if http.tls { InTransit::Confidential } else { InTransit::Clear };", "let in_transit = InTransit::Clear;"),
    (AT, "let server = if http.tls { ServerProof::Certificate } else { ServerProof::Nothing };", "let server = ServerProof::Nothing;"),
    (AT, "facts.also.push(certificate);", "let _ = certificate;"),
    (AT, "layer.also.push(certificate);", "let _ = certificate;"),
    (AT, ".max_by_key(|proof| (proof.strength(), *proof))", ".min_by_key(|proof| (proof.strength(), *proof))"),
    (AT, "None => CallerProof::DecidedByHost, Some(schemes) =>", "None => CallerProof::Nothing, Some(schemes) =>"),
    (AT, "layer.caller = assessed(CallerProof::DecidedByHost, vec![reason]);", "let _ = reason;"),
    (AT, "ProtectionLevel::Sign => (InTransit::IntegrityOnly, CallerProof::WindowsIdentity),", "ProtectionLevel::Sign => (InTransit::Clear, CallerProof::WindowsIdentity),"),
    (AT, "ProtectionLevel::EncryptAndSign => (InTransit::Confidential, CallerProof::WindowsIdentity),", "ProtectionLevel::EncryptAndSign => (InTransit::Confidential, CallerProof::Nothing),"),
    (AT, "let caller = if tls.require_client_certificate.value { CallerProof::Certificate } else { CallerProof::Nothing };", "let caller = CallerProof::Nothing;"),
    (AT, "SslProtocol::Tls13 => TlsVersion::Tls13,", "SslProtocol::Tls13 => TlsVersion::Tls12,"),
    (AM, "| AuthenticationMode::MutualSslNegotiated => CallerProof::Certificate,", "| AuthenticationMode::MutualSslNegotiated => CallerProof::Nothing,"),
    (AM, "| AuthenticationMode::IssuedTokenOverTransport => CallerProof::IssuedToken,", "| AuthenticationMode::IssuedTokenOverTransport => CallerProof::Nothing,"),
    (AM, "AuthenticationMode::Kerberos | AuthenticationMode::SspiNegotiated => CallerProof::WindowsIdentity,", "AuthenticationMode::Kerberos | AuthenticationMode::SspiNegotiated => CallerProof::Nothing,"),
    (AM, "AuthenticationMode::UserNameOverTransport => CallerProof::PasswordProtected,", "AuthenticationMode::UserNameOverTransport => CallerProof::Nothing,"),
    (AM, "| AuthenticationMode::UserNameForSslNegotiated => ServerProof::Certificate,", "| AuthenticationMode::UserNameForSslNegotiated => ServerProof::Nothing,"),
    (AM, "SecurityShape::Symmetric | SecurityShape::Asymmetric => self.contract_protection(&because),", "SecurityShape::Symmetric | SecurityShape::Asymmetric => (assessed(EndToEnd::None, because.clone()), Vec::new()),"),
    (AM, "return (assessed(EndToEnd::SignedAndEncrypted, because.to_vec()), Vec::new());", "return (assessed(EndToEnd::None, because.to_vec()), Vec::new());"),
    (AM, "let strongest = levels.iter().map(|&(_, level)| level).max().unwrap_or(of_contract);", "let strongest = levels.iter().map(|&(_, level)| level).min().unwrap_or(of_contract);"),
    (AC, "CertificateValidationMode::PeerTrust => TrustBasis::Exact,", "CertificateValidationMode::PeerTrust => TrustBasis::Chain,"),
    (AC, "CertificateValidationMode::Custom => TrustBasis::Code,", "CertificateValidationMode::Custom => TrustBasis::Chain,"),
    (AC, "RevocationMode::Online | RevocationMode::Offline => basis != TrustBasis::Anything,", "RevocationMode::Online | RevocationMode::Offline => false && basis != TrustBasis::Anything,"),
    (AC, "return assessed(CertificateCheck { basis: TrustBasis::Chain, revocation: true, name_checked }, vec![reason]);", "return assessed(CertificateCheck { basis: TrustBasis::Chain, revocation: false, name_checked }, vec![reason]);"),
    (AC, "return Some(assessed(CertificateCheck { basis: TrustBasis::Chain, revocation: true, name_checked: false }, vec![reason]));", "return Some(assessed(CertificateCheck { basis: TrustBasis::Chain, revocation: false, name_checked: false }, vec![reason]));"),
    (AC, "return Some(assessed(CertificateCheck { basis: TrustBasis::Code, revocation: true, name_checked: false }, vec![reason]));", "return Some(assessed(CertificateCheck { basis: TrustBasis::Anything, revocation: false, name_checked: false }, vec![reason]));"),
    ("assess.rs", "seen.push(Reason::of(\"clientVia.viaUri\", via.value.clone(), via, self.files));", "let _ = via;"),
    ("assess.rs", "seen.push(Reason::of(\"listenUri\", listen.value.clone(), listen, self.files));", "let _ = listen;"),
    ("assess.rs", "seen.extend(pairing::router_in_sight(self.view, self.routers, self.files));", "let _ = pairing::router_in_sight(self.view, self.routers, self.files);"),
    ("assess.rs", "configured || in_code", "{ let _ = in_code; configured }"),
    ("assess.rs", "if by_message > layer.in_transit.value {", "if false && by_message > layer.in_transit.value {"),
]


def pattern(text):
    """The text, with any white space (or none, beside brackets) where it has a space; a comma may follow before a bracket."""
    parts = [re.escape(part) for part in text.split()]
    joined = r"\s+".join(parts)
    return joined.replace(r"\(", r"\(\s*").replace(r"\)", r",?\s*\)").replace(r"\{\s+", r"\{\s*").replace(r"\.", r"\s*\.")


def mutate(text, old, new):
    found = list(re.finditer(pattern(old), text))
    if not found:
        return None
    first = found[0]
    return text[: first.start()] + new + text[first.end() :]


def main():
    root = subprocess.run(["git", "rev-parse", "--show-toplevel"], check=True, capture_output=True, text=True).stdout.strip()
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()] or range(1, len(MUTATIONS) + 1)
    stale = [
        number
        for number, (file, old, new) in enumerate(MUTATIONS, 1)
        if mutate(open(os.path.join(root, SOURCE, file)).read(), old, new) is None
    ]
    for number in stale:
        print(f"STALE {number}: {MUTATIONS[number - 1][0]}: {MUTATIONS[number - 1][1]}")
    if stale or "--list" in sys.argv:
        return len(stale)
    environment = {**os.environ, "WCF2GRPC_CASES": os.environ.get("WCF2GRPC_CASES", "20000")}
    survived, killed, broken = [], 0, []
    with tempfile.TemporaryDirectory() as scratch:
        tree = os.path.join(scratch, "tree")
        subprocess.run(["git", "worktree", "add", "--detach", "-q", tree, "HEAD"], check=True, cwd=root)
        try:
            for number in numbers:
                file, old, new = MUTATIONS[number - 1]
                path = os.path.join(tree, SOURCE, file)
                original = open(path).read()
                open(path, "w").write(mutate(original, old, new))
                build = subprocess.run(
                    ["cargo", "test", "-q", "-p", "wcf-security", "--no-run"], cwd=tree, env=environment, capture_output=True, text=True
                )
                if build.returncode:
                    broken.append(number)
                    print(f"DOES NOT COMPILE {number}: {file}: {old}\n{build.stderr[-600:]}", flush=True)
                else:
                    tests = subprocess.run(["cargo", "test", "-q", "-p", "wcf-security"], cwd=tree, env=environment, capture_output=True, text=True)
                    if tests.returncode:
                        killed += 1
                        print(f"killed {number}", flush=True)
                    else:
                        survived.append(number)
                        print(f"SURVIVED {number}: {file}: {old}", flush=True)
                open(path, "w").write(original)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=root)
    print(f"{killed} killed, {len(survived)} survived, {len(broken)} do not compile, of {len(numbers)}")
    return len(survived) + len(broken)


if __name__ == "__main__":
    sys.exit(min(main(), 255))
