import CloudPhone
import Crypto
import Farm
import Lanes
import Synchronization

/// A shell line that the service would not take: a script that is pushed and run.
///
/// The script tells the exit code first and the output after it, since the service cuts what is long and gives no code.
final class RichLine: Sendable {
    /// The script with what it reads, as files for the phone.
    let delivery: BatchedDelivery
    /// The line that runs it, which the service takes.
    let line: String

    private static let folder = "/data/local/tmp/.drover"
    private static let mark = "drover-exit="

    init(_ text: String, input: [UInt8]) throws(FarmError) {
        let name = SHA256.hash(of: Array(text.utf8) + [0] + input).hex.prefix(24)
        let script = "\(Self.folder)/\(name).sh"
        let output = "\(Self.folder)/\(name).out"
        let source = input.isEmpty ? "/dev/null" : "\(Self.folder)/\(name).in"
        // The line stands in a file of its own, so that nothing in it can end the script that asks for its exit code.
        let command = "\(Self.folder)/\(name).cmd"
        let body = """
            sh \(command) <\(source) >\(output) 2>&1
            echo "\(Self.mark)$?"
            cat \(output)
            rm -f \(output)

            """
        var files = [
            try Self.file(script, Array(body.utf8)), try Self.file(command, Array("\(text)\n".utf8)),
        ]
        if !input.isEmpty { files.append(try Self.file(source, input)) }
        delivery = BatchedDelivery(files)
        line = "sh \(script)"
    }

    private static func file(_ path: String, _ bytes: [UInt8]) throws(FarmError) -> FileToPush {
        FileToPush(
            path: try RemotePath(validating: path), content: .bytes(SharedBytes(bytes)), mode: 0o700, modified: 0)
    }

    /// What the script told.
    static func result(_ output: CommandOutput?) -> CommandResult {
        let text = output?.text ?? ""
        guard text.hasPrefix(mark) else {
            return CommandResult(
                exit: nil, exitSource: .absent, output: Array(text.utf8), error: [], isTruncated: output?.isCut ?? false
            )
        }
        let rest = text.dropFirst(mark.count)
        let digits = rest.prefix { $0.isNumber }
        return CommandResult(
            exit: Int(digits), exitSource: .sentinel,
            output: Array(rest.dropFirst(digits.count).drop { $0 == "\r" }.dropFirst().utf8), error: [],
            isTruncated: output?.isCut ?? false)
    }
}

/// The scripts of a run, each made once for all phones that run it.
final class Scripts: Sendable {
    private struct Key: Hashable {
        let text: String
        let input: [UInt8]
    }

    private let made = Mutex<[Key: RichLine]>([:])

    /// The script for a line and what it reads.
    func line(_ text: String, input: [UInt8]) throws(FarmError) -> RichLine {
        try made.withLock { (made) throws(FarmError) in
            let key = Key(text: text, input: input)
            if let known = made[key] { return known }
            let line = try RichLine(text, input: input)
            made[key] = line
            return line
        }
    }
}
