import Farm
import Lanes

/// SHA-256 of files on a phone, many with one command.
enum PhoneHashes {
    /// Bytes that one line of the answer may take: a hash, two signs and the longest path.
    private static let longestLine = 64 + 3 + 4096

    /// Files that one command hashes, so that its answer stays short.
    private static let mostAtOnce = 4096

    /// The hash of each file as 64 hex digits; nil when the phone did not answer for every one of them.
    ///
    /// - Parameters:
    ///   - paths: Relative to `folder`, or absolute.
    ///   - folder: Where relative paths begin.
    static func of(
        _ paths: [String], in folder: String, on phone: any ConnectedPhone
    ) async throws -> [String]? {
        var all: [String] = []
        var rest = paths[...]
        while !rest.isEmpty {
            let part = rest.prefix(mostAtOnce)
            rest = rest.dropFirst(mostAtOnce)
            let hashes = try await hashes(of: part, in: folder, on: phone)
            guard hashes.count == part.count else { return nil }
            all += hashes
        }
        return all
    }

    private static func hashes(
        of paths: ArraySlice<String>, in folder: String, on phone: any ConnectedPhone
    ) async throws -> [String] {
        let names = SharedBytes(paths.flatMap { Array($0.utf8) + [0] })
        let line = "cd \(ShellLine(folder)) && xargs -0 sha256sum"
        let result = try await phone.feed(
            line, input: [SharedSlice(names)], outputLimit: paths.count * longestLine,
            // A meter of its own: the phone may need long for the answer, and no byte of ours is due meanwhile.
            progress: ProgressMeter(clock: phone.lane.clock))
        return read(result.output)
    }

    /// The hashes at the beginnings of lines; a file's name may go on in a line of its own, and is not looked at.
    static func read(_ output: [UInt8]) -> [String] {
        output.split(separator: UInt8(ascii: "\n")).compactMap { line in
            // GNU marks a line whose name it has escaped.
            let line = line.first == UInt8(ascii: "\\") ? line.dropFirst() : line
            let hash = line.prefix(64)
            guard hash.count == 64, line.dropFirst(64).first == UInt8(ascii: " "), hash.allSatisfy(isHex) else {
                return nil
            }
            return String(decoding: hash, as: UTF8.self)
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
