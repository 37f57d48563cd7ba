import Glibc

// Sendable: the bytes are written before `init` returns, and after that only by `deinit`.

/// The content of a private key file: never printed, and wiped when nobody needs it any more.
public final class KeyBytes: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer

    /// How many bytes there are.
    public var count: Int { memory.count }

    /// Makes room for at most `capacity` bytes and has it filled.
    ///
    /// - Parameter fill: Writes the bytes and returns how many it wrote; nothing is kept when it throws.
    init<Failure: Error>(
        capacity: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, capacity), alignment: 16)
        // Not in a core dump, where the system can keep it out; that it cannot is no reason to refuse the key.
        do throws(Failure) {
            let count = try fill(room)
            memory = UnsafeMutableRawBufferPointer(rebasing: room[..<min(count, room.count)])
        } catch {
            Self.wipe(room)
            room.deallocate()
            throw error
        }
    }

    deinit {
        Self.wipe(memory)
        memory.deallocate()
    }

    private static func wipe(_ memory: UnsafeMutableRawBufferPointer) {
        guard let start = memory.baseAddress else { return }
        explicit_bzero(start, memory.count)
    }

    /// Lends the bytes; copies that are made of them are not wiped.
    public func withUnsafeBytes<Answer, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try body(UnsafeRawBufferPointer(memory))
    }
}

extension KeyBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How much there is, and nothing of it.
    public var description: String { "‹\(count) bytes of a private key›" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
