import Farm
import Journal
import Lanes

/// A picture of a phone's screen.
enum ScreenCapture {
    /// More than the largest screens need.
    static let largest = 64 << 20

    /// What came of a try.
    enum Result {
        /// The bytes of a whole PNG file.
        case picture([UInt8])
        /// The phone gave none, in its words.
        case refused(String)
    }

    /// Asks the phone for a picture.
    ///
    /// - Parameter tag: The run's word for temporary names on phones.
    static func take(on phone: any ConnectedPhone, tag: String) async throws -> Result {
        // Without the shell protocol a terminal stands between, which spoils bytes; a file is safe there.
        let features = phone.facts["features"] ?? ""
        guard features.split(separator: ",").contains("shell_v2") else { return try await byFile(phone, tag) }
        let result = try await phone.run("screencap -p", input: [], outputLimit: largest)
        return judge(result, bytes: result.output)
    }

    private static func byFile(_ phone: any ConnectedPhone, _ tag: String) async throws -> Result {
        let path = try RemotePath(validating: "\(Leftovers.stagingFolder)/\(Leftovers.prefix)\(tag)-screen.png")
        let result = try await phone.run(ShellLine("screencap", "-p", path.path).description)
        let sink = MemorySink(limit: largest)
        let pulled: PullOutcome
        do {
            pulled = try await phone.pull(path, into: sink, progress: ProgressMeter(clock: phone.lane.clock))
        } catch is MemorySink.TooLarge {
            pulled = .refused(reason: "the picture is larger than \(ByteCount(largest))")
        }
        _ = try await phone.run(ShellLine("rm", "-f", path.path).description)
        if case .refused(let reason) = pulled {
            let said = result.complaint
            return .refused(said.isEmpty ? PhoneWords(reason).firstLine : said)
        }
        return judge(result, bytes: sink.bytes)
    }

    private static func judge(_ result: CommandResult, bytes: [UInt8]) -> Result {
        if Self.isPNG(bytes) { return .picture(bytes) }
        if bytes.isEmpty {
            let said = PhoneWords(result.errorText).lastLine
            return .refused(said.isEmpty ? "the phone gave no picture" : said)
        }
        guard bytes.starts(with: signature) else {
            let said = PhoneWords(result.errorText.isEmpty ? result.text : result.errorText).firstLine
            return .refused("what came is no PNG picture: \(said)")
        }
        return .refused("the picture came only in part, \(ByteCount(bytes.count))")
    }

    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let end: [UInt8] = [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]

    /// Whether bytes begin and end as a PNG file does.
    static func isPNG(_ bytes: [UInt8]) -> Bool {
        bytes.count > signature.count + end.count && bytes.starts(with: signature)
            && bytes.suffix(end.count) == end[...]
    }
}
