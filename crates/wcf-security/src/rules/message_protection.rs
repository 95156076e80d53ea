//! What becomes of signatures and encryption of messages.

use wcf_config::channel_stack::{IssuedKeyType, SecurityShape};

use crate::diagnostics::{EndToEndLost, EndToEndReplaced, MessageSignatureLost, ProofOfPossessionLost, WeakSuiteRaised};
use crate::plan::Fate;
use crate::planning::Planner;
use crate::posture::{CallerProof, EndToEnd};
use crate::reason::{Decision, Reason};
use crate::rules::rules;
use crate::summary;

rules! {
    NOTHING_PROMISED = "message-protection-none", Note, "Nothing was promised end to end, so nothing is lost.",
        why: "Transport security protects each hop, as TLS does.", reference: "System.ServiceModel.SecurityMode.Transport";
    REPLACED = "message-protection-replaced", Warn, "Message protection is replaced by TLS on a direct path, with a warning.",
        why: "While nothing stands between caller and server, TLS protects the same path.", reference: "WS-Security 1.1; RFC 8446";
    LOST = "message-protection-lost", Deny, "Message protection through an intermediary, or demanded by contract, is lost: generation stops until it is waived.",
        why: "Each hop that ends TLS reads and can change messages.", reference: "WS-Security 1.1; RFC 9113";
    STRONG_SUITE = "suite-256-bit-first", Note, "An algorithm suite of 256-bit strength puts 256-bit ciphers first.",
        why: "Suites of messages have no counterpart in TLS; their strength has.", reference: "System.ServiceModel.Security.SecurityAlgorithmSuite; RFC 8446 section 9.1";
}

/// Reports what is lost end to end, and returns what becomes of it.
pub(crate) fn losses(planner: &mut Planner<'_>) -> Decision<Fate> {
    let posture = planner.posture;
    let had = summary::end_to_end_words(posture.end_to_end.value);
    let decision = match posture.end_to_end.value {
        EndToEnd::None => Decision { chosen: Fate::Kept, rule: &NOTHING_PROMISED, because: posture.end_to_end.because.clone() },
        EndToEnd::Signed | EndToEnd::SignedAndEncrypted => {
            let demanded: Vec<_> = posture.demanded.iter().filter(|reason| reason.value != "None").cloned().collect();
            let indirect: Vec<Reason> = posture.intermediary.iter().cloned().chain(demanded).collect();
            if indirect.is_empty() {
                let because = posture.end_to_end.because.clone();
                planner.report(&because, |at| EndToEndReplaced { at, had }.into());
                Decision { chosen: Fate::Replaced, rule: &REPLACED, because }
            } else {
                let why = match (posture.intermediary.is_empty(), posture.demanded.iter().any(|reason| reason.value != "None")) {
                    (true, _) => "the contract demands it for messages",
                    (false, false) => "something on the path handles messages",
                    (false, true) => "the contract demands it for messages and something on the path handles them",
                };
                planner.report(&indirect, |at| EndToEndLost { at, had, why }.into());
                Decision { chosen: Fate::NotKept, rule: &LOST, because: indirect }
            }
        }
    };
    if posture.end_to_end.value != EndToEnd::None && posture.message_caller.value == CallerProof::Certificate {
        let because = posture.message_caller.because.clone();
        planner.report(&because, |at| MessageSignatureLost { at }.into());
    }
    proof_of_possession(planner);
    decision
}

fn proof_of_possession(planner: &mut Planner<'_>) {
    let files = planner.files;
    let Ok(stack) = &planner.view.binding().stack else { return };
    let Some(token) = stack.message_security().and_then(|security| security.issued_token.as_ref()) else { return };
    let (key, value) = match token.key_type.value {
        IssuedKeyType::Bearer => return,
        IssuedKeyType::Symmetric => ("a shared key", "SymmetricKey"),
        IssuedKeyType::Asymmetric => ("a key pair", "AsymmetricKey"),
    };
    let reason = Reason::of("issuedKeyType", value, &token.key_type, files);
    planner.report(&[reason], |at| ProofOfPossessionLost { at, key }.into());
}

/// Whether 256-bit suites come first, and why; weaker suites of messages are noted as raised.
pub(crate) fn prefers_256_bit(planner: &mut Planner<'_>) -> Option<Decision<Fate>> {
    let files = planner.files;
    let stack = planner.view.binding().stack.as_ref().ok()?;
    let security = stack.message_security()?;
    let suite = security.algorithm_suite.value.as_str();
    // Over a protected transport the suite only signs the timestamp.
    if security.shape == SecurityShape::Transport {
        return None;
    }
    let reason = Reason::of("algorithmSuite", suite, &security.algorithm_suite, files);
    if suite.starts_with("TripleDes") {
        planner.report(std::slice::from_ref(&reason), |at| WeakSuiteRaised { at, suite }.into());
    }
    let strong = suite.starts_with("Basic256") || suite == "Default";
    strong.then(|| Decision { chosen: Fate::Replaced, rule: &STRONG_SUITE, because: vec![reason] })
}
