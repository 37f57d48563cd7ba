import Farm
import Journal
import PlaybookLanguage
import SourceText
import Steps

/// Prints what a plan would do, step by step, with phones that would get the same put together.
public struct PlanPreviewPrinter: Sendable {
    /// Prints for a terminal or a file alike.
    public init() {}

    /// The preview as text.
    public func text(of preview: PlanPreview, for plan: Plan) -> String {
        var text = ""
        for (step, groups) in zip(plan.steps, preview.groups) {
            text += "\(step.path.numberText)  \(terminalSafe(step.title)) (\(step.stepClass.rawValue))\n"
            for group in groups {
                let (word, reason) = Self.words(group.foreseen)
                let count = "\(group.phones.count) \(group.phones.count == 1 ? "phone" : "phones")"
                text += "     \(word): \(count), \(PlanPrinter.names(group.phones))\n"
                if let reason, !reason.isEmpty { text += "       \(terminalSafe(reason))\n" }
            }
        }
        if preview.bytes > 0 { text += "\n" + Self.amount(preview) + "\n" }
        return text + "\nEvery step was asked about the phones as they are now; nothing was changed.\n"
    }

    /// How much there is to move, and how long that takes by what the links were measured to carry.
    private static func amount(_ preview: PlanPreview) -> String {
        var text = "\(ByteCount(Int(clamping: preview.bytes))) to move in all"
        if let measured = preview.measured, let seconds = preview.secondsPerPhone {
            let rate = ByteCount(Int(measured.slowest))
            let time = seconds < 1 ? "less than 1 s" : "about \(durationText(.seconds(Int64(seconds.rounded(.up)))))"
            let links = measured.count == 1 ? "the link measured" : "the slowest of \(measured.count) links measured"
            text += ", \(time) to one phone at \(rate)/s, which is \(links)"
        }
        return text
    }

    private static func words(_ foreseen: Foreseen) -> (String, String?) {
        switch foreseen {
        case .work(let reason): ("to do", reason)
        case .nothing(let reason): ("nothing to do", reason)
        case .unknown(let reason): ("to do, perhaps in vain", reason)
        case .skipped: ("not for", nil)
        case .depends: ("depends on earlier steps", nil)
        case .failed(let reason): ("would fail", reason)
        case .lost(let reason): ("lost", reason)
        }
    }
}
