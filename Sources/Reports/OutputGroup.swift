import Farm
import Journal

/// Phones whose command printed the same and ended with the same code.
struct OutputGroup {
    private struct Key: Hashable {
        let output: OutputText
        let error: OutputText
        let exit: Int?
        let isTruncated: Bool
        /// Only what a command left behind has an exit code; without it there is nothing to miss.
        let hasExit: Bool
    }

    private let key: Key
    private(set) var names: [String]

    var output: OutputText { key.output }
    var error: OutputText { key.error }

    /// Groups what one step printed, the largest group first.
    static func groups(of record: RunRecord, at path: StepPath) -> [OutputGroup] {
        var groups: [OutputGroup] = []
        var places: [Key: Int] = [:]
        for phone in record.phones {
            guard let outputs = phone.steps.last(where: { $0.path == path })?.end?.outputs, outputs.isFromCommand else {
                continue
            }
            let key = Key(
                output: outputs.output, error: outputs.error, exit: outputs.exit, isTruncated: outputs.truncated,
                hasExit: outputs.exitSource != nil)
            if let place = places[key] {
                groups[place].names.append(phone.target.name)
            } else {
                places[key] = groups.count
                groups.append(OutputGroup(key: key, names: [phone.target.name]))
            }
        }
        return groups.enumerated().sorted { first, second in
            let sizes = (first.element.names.count, second.element.names.count)
            return sizes.0 != sizes.1 ? sizes.0 > sizes.1 : first.offset < second.offset
        }.map(\.element)
    }

    /// What stands beside the names: how many they are, and the exit code unless it is 0.
    var remarks: String {
        var remarks = names.count > 1 ? ["\(names.count)"] : []
        if let exit = key.exit {
            if exit != 0 { remarks.append("exit \(exit)") }
        } else if key.hasExit {
            remarks.append("exit code unknown")
        }
        if key.exit == 0, key.output.isEmpty, key.error.isEmpty { remarks.append("no output") }
        if key.isTruncated { remarks.append("cut off") }
        return remarks.isEmpty ? "" : " (" + remarks.joined(separator: ", ") + ")"
    }
}

extension StepOutputs {
    /// Whether a command ran, so that even its silence is worth showing.
    var isFromCommand: Bool { exitSource != nil || exit != nil || !output.isEmpty || !error.isEmpty }
}
