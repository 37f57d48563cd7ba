/// Where a command's bytes go.
final class ShellOutput {
    private let sink: ([UInt8]) -> Void
    private let shared: ((ContentSlice) -> Void)?

    /// - Parameter shared: Takes parts of files without a copy; nil has them copied for `sink`.
    init(shared: ((ContentSlice) -> Void)? = nil, _ sink: @escaping ([UInt8]) -> Void) {
        self.sink = sink
        self.shared = shared
    }

    /// Swallows everything.
    static func nowhere() -> ShellOutput { ShellOutput(shared: { _ in }, { _ in }) }

    func write(_ bytes: [UInt8]) {
        if !bytes.isEmpty { sink(bytes) }
    }

    func write(_ text: String) { write(Array(text.utf8)) }

    func write(_ slice: ContentSlice) {
        guard slice.count > 0 else { return }
        if let shared { return shared(slice) }
        var rest = slice
        while rest.count > 0 {
            let piece = rest.prefix(262_144)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(Int(piece.count))
            piece.content.append(piece.range, to: &bytes)
            sink(bytes)
            rest = rest.dropFirst(piece.count)
        }
    }
}

/// Gathers many lines into few writes, since each write may become a packet.
struct LineOutput: ~Copyable {
    private let output: ShellOutput
    private var bytes: [UInt8] = []

    init(_ output: ShellOutput) { self.output = output }

    mutating func write(_ text: String, end: String = "\n") {
        bytes.append(contentsOf: text.utf8)
        bytes.append(contentsOf: end.utf8)
        if bytes.count >= 65536 { flush() }
    }

    mutating func flush() {
        output.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}

/// A command's three standard streams.
struct ShellStreams {
    var input: ShellInput
    var output: ShellOutput
    var errors: ShellOutput
}
