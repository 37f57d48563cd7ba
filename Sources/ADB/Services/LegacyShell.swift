import ADBWire
import Lanes

extension ADBConnection {
    /// Runs a line on a phone without the shell protocol: a marker printed after it tells the exit code.
    func runLegacy(_ line: String, outputLimit: Int, meter: ProgressMeter?) async throws -> ShellResult {
        let marker = SentinelMarker()
        let answer = try await ask(
            "shell:" + marker.wrap(line), operation: "run a command on \(name)", limit: outputLimit + marker.room,
            meter: meter)
        return try await read(answer, marker, outputLimit)
    }

    /// Finds the exit code in what was gathered.
    func read(_ answer: GatheredAnswer, _ marker: SentinelMarker, _ outputLimit: Int) async throws -> ShellResult {
        var result = marker.read(answer.bytes, outputLimit: outputLimit)
        result.isTruncated = result.isTruncated || answer.isTruncated
        if answer.isEndless { result.exitSource = .endless }
        if result.exitSource == .absent, let failure = await explainEarlyEnd("run a command on \(name)") {
            throw failure
        }
        return result
    }
}

/// A word that no output contains by chance, printed with the exit code at the end of a command.
struct SentinelMarker {
    private let word: [UInt8]

    init(number: UInt64 = .random(in: .min ... .max)) {
        word = Array("drover-\(String(number, radix: 16))-exit=".utf8)
    }

    /// Bytes that the marker, the code and the line's end take at most.
    var room: Int { word.count + 6 }

    /// A subshell, so that `exit` in the line ends only the line; the newline ends a comment or a here-document.
    func wrap(_ line: String) -> String { "(\(line)\n); echo \(String(decoding: word, as: UTF8.self))$?" }

    /// Takes the marker off the end; without it the exit code is not known.
    ///
    /// The terminals of old phones turn each newline into two characters; that is undone.
    func read(_ bytes: [UInt8], outputLimit: Int) -> ShellResult {
        var result = ShellResult()
        var output = SentinelMarker.withoutCarriageReturns(bytes)
        let tail = output.suffix(room).drop { _ in false }
        if let start = lastMarker(in: tail) {
            let digits = output[(start + word.count)...].prefix { $0 != UInt8(ascii: "\n") }
            if let code = Int(String(decoding: digits, as: UTF8.self)), (0...255).contains(code) {
                result.exit = code
                result.exitSource = .sentinel
                output.removeSubrange(start...)
            }
        }
        result.isTruncated = output.count > outputLimit
        result.output = Array(output.prefix(outputLimit))
        return result
    }

    private func lastMarker(in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= word.count else { return nil }
        return (bytes.startIndex...(bytes.endIndex - word.count)).last { start in
            bytes[start..<(start + word.count)].elementsEqual(word)
        }
    }

    private static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        let carriageReturn = UInt8(ascii: "\r")
        guard bytes.contains(carriageReturn) else { return bytes }
        return bytes.indices.compactMap { index in
            let isEnd = bytes[index] == carriageReturn && index + 1 < bytes.count && bytes[index + 1] == newline
            return isEnd ? nil : bytes[index]
        }
    }
}
