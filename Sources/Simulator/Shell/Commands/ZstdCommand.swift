/// `zstd -d` and `zstdcat`, on the phones that were given them.
enum ZstdCommand {
    static let commands: [String: ShellCommand] = ["zstd": .slow(unpack)]

    private static func unpack(_ call: ShellCall, then: @escaping (Int32) -> Void) {
        let (letters, paths) = call.flags
        guard letters.contains("d"), paths.isEmpty || paths == ["-"] else {
            return then(call.complain("Needs -d and input"))
        }
        let gatherer = ContentGatherer(store: call.device.making.contents)
        call.streams.input.gather(gatherer) { packed in
            let output = call.streams.output
            let isWhole = PackedStream.read(packed) { bytes in
                output.write(Array(bytes))
                return true
            }
            then(isWhole ? 0 : call.complain("stdin: unsupported format"))
        }
    }
}
