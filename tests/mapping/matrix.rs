//! Every mode with every transport and every message credential written beside it, for each standard binding that has them: the
//! axes along which .NET's own matrix was made. Most of them hold settings that the mode makes dead.

/// One cell: a binding, what is written in its `security` element, and the name .NET's matrix has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub binding: &'static str,
    pub mode: &'static str,
    /// What is written of the transport's credential; empty where nothing is.
    pub transport: &'static str,
    pub message: &'static str,
    /// Only the mode is written.
    pub mode_only: bool,
}

const HTTP: [&str; 7] = ["None", "Basic", "Digest", "Ntlm", "Windows", "Certificate", "InheritedFromHost"];
const HTTP_OF_WS: [&str; 6] = ["None", "Basic", "Digest", "Ntlm", "Windows", "Certificate"];
const TCP: [&str; 3] = ["None", "Windows", "Certificate"];
const MESSAGE: [&str; 5] = ["None", "Windows", "UserName", "Certificate", "IssuedToken"];
const MESSAGE_OF_BASIC: [&str; 2] = ["UserName", "Certificate"];
const NONE: [&str; 1] = [""];
const BASIC_MODES: [&str; 5] = ["None", "Transport", "Message", "TransportWithMessageCredential", "TransportCredentialOnly"];
const WS_MODES: [&str; 4] = ["None", "Transport", "Message", "TransportWithMessageCredential"];

type Axes = (&'static [&'static str], &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// Bindings that share their axes: modes, transport credentials, message credentials.
const AXES: [Axes; 10] = [
    (&["basicHttpBinding", "basicHttpContextBinding"], &BASIC_MODES, &HTTP, &MESSAGE_OF_BASIC),
    (&["basicHttpsBinding", "netHttpsBinding"], &["Transport", "TransportWithMessageCredential"], &HTTP, &MESSAGE_OF_BASIC),
    (&["netHttpBinding"], &BASIC_MODES, &HTTP_OF_WS, &MESSAGE_OF_BASIC),
    (&["webHttpBinding"], &["None", "Transport", "TransportCredentialOnly"], &HTTP, &NONE),
    (&["wsHttpBinding", "ws2007HttpBinding", "wsHttpContextBinding"], &WS_MODES, &HTTP_OF_WS, &MESSAGE),
    (&["wsDualHttpBinding"], &["None", "Message"], &NONE, &MESSAGE),
    (&["wsFederationHttpBinding", "ws2007FederationHttpBinding"], &["None", "Message", "TransportWithMessageCredential"], &NONE, &NONE),
    (&["netTcpBinding", "netTcpContextBinding"], &WS_MODES, &TCP, &MESSAGE),
    (&["netNamedPipeBinding"], &["None", "Transport"], &NONE, &NONE),
    (&["netMsmqBinding"], &["None", "Transport", "Message", "Both"], &NONE, &MESSAGE),
];

/// All of it, a family of bindings after the other; the cells of one family are the same but for the binding.
pub fn families() -> Vec<(&'static [&'static str], Vec<Cell>)> {
    AXES.iter()
        .map(|&(bindings, modes, transports, messages)| {
            let cell = |mode, transport, message, mode_only| Cell { binding: bindings[0], mode, transport, message, mode_only };
            let written = modes.iter().flat_map(|&mode| {
                transports.iter().flat_map(move |&transport| messages.iter().map(move |&message| cell(mode, transport, message, false)))
            });
            let mode_only = modes.iter().map(|&mode| cell(mode, "", "", true));
            (bindings, written.chain(mode_only).collect())
        })
        .collect()
}

impl Cell {
    /// The name that .NET's matrix has for it.
    pub fn name(&self) -> String {
        let or_dash = |text: &'static str| if text.is_empty() { "-" } else { text };
        match self.mode_only {
            true => format!("modeonly:{}", self.mode),
            false => format!("{}|{}|{}", self.mode, or_dash(self.transport), or_dash(self.message)),
        }
    }

    /// The `binding` element's content.
    pub fn content(&self) -> String {
        let child = |name: &str, kind: &str| match kind {
            "" => String::new(),
            kind => format!("<{name} clientCredentialType=\"{kind}\"/>"),
        };
        let (transport, message) = (child("transport", self.transport), child("message", self.message));
        format!("<security mode=\"{}\">{transport}{message}</security>", self.mode)
    }
}
