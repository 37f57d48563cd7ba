import Farm
import Payloads
import PlaybookLanguage
import SourceText

/// Looks for the payloads of a playbook that are named outright and lie on this machine.
enum PayloadPaths {
    /// An error for each that is not there, all of them before anything is fetched.
    static func require(_ definitions: [PayloadDefinition], of playbook: Playbook, _ diagnostics: inout Diagnostics) {
        for definition in definitions where !definition.isFetched {
            guard let lack = PayloadStore.lack(of: definition.from) else { continue }
            let span = playbook.payloads.first { $0.name == definition.name }?.from.span
            diagnostics.error("payload", "\(definition.from) \(lack)", at: span)
        }
    }

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
