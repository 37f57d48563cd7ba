import Farm
import HostLinks
import SourceText

/// One thing that `drover doctor` looked at.
typealias Finding = HostCheckup.Finding

extension HostCheckup.Finding {
    /// Prints it, and what to do where it is not as it should be.
    ///
    /// - Parameter hop: The machine on the way that it is about, where there are several.
    func tell(of hop: SSHHop? = nil) {
        let place = hop.map { " (\($0.name ?? $0.description))" } ?? ""
        Terminal.output.line("  \(isGood ? "ok  " : "FAIL")  \(Self.padded(subject))  \(text)\(place)")
        if case .bad(let advice?) = outcome {
            Terminal.output.line("        \(Self.padded(""))  \(terminalSafe(advice))")
        }
    }

    private static func padded(_ subject: String) -> String {
        subject + String(repeating: " ", count: max(0, 9 - subject.count))
    }
}
