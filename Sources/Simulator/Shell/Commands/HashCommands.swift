import Crypto

/// `sha256sum` and its like.
enum HashCommands {
    private typealias Digest = @Sendable (FileContent) -> String?

    static let commands: [String: ShellCommand] = [
        "sha256sum": .slow { call, then in
            run(call, then, digest: { $0.digest?.hex }, hashesInput: true)
        },
        "sha1sum": .slow { call, then in
            run(call, then, digest: { content in readable(content).map { $0.withBytes { SHA1.hex(of: $0) } } })
        },
        "md5sum": .slow { call, then in
            run(call, then, digest: { content in readable(content).map { $0.withBytes { MD5.hex(of: $0) } } })
        },
        "cmp": .quick(compare),
    ]

    private static func readable(_ content: FileContent) -> FileContent? { content.isReadable ? content : nil }

    /// - Parameter hashesInput: The digest of input is SHA-256, and the bytes need not be kept for it.
    private static func run(
        _ call: ShellCall, _ then: @escaping (Int32) -> Void, digest: @escaping Digest, hashesInput: Bool = false
    ) {
        let (letters, paths) = call.flags
        if letters.contains("c") { return check(call, letters, paths, then, digest) }
        let isBrief = letters.contains("b")
        if paths.isEmpty || paths == ["-"] {
            let gatherer = ContentGatherer(store: call.device.making.contents, hashesInput ? .hash : .bytes)
            return call.streams.input.gather(gatherer) { content in
                guard let text = digest(content) else { return then(call.complain("-: I/O error")) }
                call.print(isBrief ? text : "\(text)  -")
                then(0)
            }
        }
        var status: Int32 = 0
        var lines = LineOutput(call.streams.output)
        var files = FileFinder(call.device.files)
        for path in paths {
            do throws(FileError) {
                guard let text = digest(try files.read(call.absolute(path))) else {
                    status = call.complain("\(path): I/O error")
                    continue
                }
                lines.write(isBrief ? text : "\(text)  \(path)")
            } catch {
                status = call.complain("\(path): \(error.text)")
            }
        }
        lines.flush()
        then(status)
    }

    /// `-c`: compares the files named in lists with what the lists say.
    ///
    /// As toybox 0.8.9 does it, nothing at all is checked without a word that names a list, not even input.
    private static func check(
        _ call: ShellCall, _ letters: Set<Character>, _ lists: [String], _ then: @escaping (Int32) -> Void,
        _ digest: @escaping Digest
    ) {
        guard !lists.isEmpty else { return then(0) }
        var status: Int32 = 0
        TextCommands.eachInput(call, lists == ["-"] ? [] : lists, { then(max(status, $0)) }) { list, bytes in
            var output = LineOutput(call.streams.output)
            var isEmpty = true
            for line in TextCommands.lines(bytes) {
                guard let space = line.firstIndex(of: " ") else {
                    status = call.complain("bad line \(line)")
                    continue
                }
                isEmpty = false
                let name = String(line[space...].drop { $0 == " " })
                let isRight: Bool
                do throws(FileError) {
                    isRight = digest(try call.device.files.read(call.absolute(name))) == line[..<space].lowercased()
                } catch {
                    call.complain("\(name): \(error.text)")
                    isRight = false
                }
                if !isRight { status = 1 }
                if !letters.contains("s") { output.write("\(name): \(isRight ? "OK" : "FAILED")") }
            }
            output.flush()
            return isEmpty ? call.complain("\(list ?? "-"): no lines") : 0
        }
    }

    /// `cmp [-s] A B`: by digest, so that nothing is read twice.
    private static func compare(_ call: ShellCall) -> Int32 {
        let (letters, paths) = call.flags
        guard paths.count == 2 else { return call.complain("Needs 2 arguments", status: 2) }
        do throws(FileError) {
            let left = try call.device.files.read(call.absolute(paths[0]))
            let right = try call.device.files.read(call.absolute(paths[1]))
            if left === right || (left.size == right.size && left.digest == right.digest) { return 0 }
            if !letters.contains("s") { call.print("\(paths[0]) \(paths[1]) differ") }
            return 1
        } catch { return call.complain("\(paths.joined(separator: " ")): \(error.text)", status: 2) }
    }
}
