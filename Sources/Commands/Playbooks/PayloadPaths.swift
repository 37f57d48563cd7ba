import Farm
import Payloads
import PlaybookLanguage
import SourceText

/// Looks for the payloads of a playbook that are named outright and lie on this machine.
enum PayloadPaths {
    /// Advice for each that is not there: a build may still make it, and a run would stop without it.
    static func check(_ playbook: Playbook, _ diagnostics: inout Diagnostics) {
        for payload in playbook.payloads {
            guard let path = payload.from.literal, PayloadDefinition.scheme(of: path) == nil else { continue }
            guard let lack = PayloadStore.lack(of: path) else { continue }
            diagnostics.warning(
                "missing-payload", "the payload `\(payload.name)` is not there now: \(path) \(lack)",
                at: payload.from.span, help: "a path in a playbook starts at the playbook's folder")
        }
    }
}
