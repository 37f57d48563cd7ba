import CSSH2
import Glibc
import Lanes

// Sendable: touched only on the connection's lane.

/// Logs in with a key that somebody else holds: the library asks for a signature, and is told to ask again later while
/// it is being made.
final class SigningDesk: @unchecked Sendable {
    private enum State {
        case idle
        case signing
        case signed([UInt8])
        case failed
    }

    private let signer: any SSHSigning
    private let lane: Lane
    private let whenReady: @Sendable () -> Void
    private var state = State.idle

    /// - Parameter whenReady: Has the library asked again.
    init(_ signer: any SSHSigning, on lane: Lane, whenReady: @escaping @Sendable () -> Void) {
        self.signer = signer
        self.lane = lane
        self.whenReady = whenReady
    }

    /// One call of the library, to be repeated until it is through.
    func authenticate(_ session: OpaquePointer, _ user: String) -> CInt {
        var me: UnsafeMutableRawPointer? = Unmanaged.passUnretained(self).toOpaque()
        return signer.publicKey.withUnsafeBufferPointer { key in
            withUnsafeMutablePointer(to: &me) { me in
                libssh2_userauth_publickey(
                    session, user, key.baseAddress, key.count,
                    { _, signature, length, data, count, owner in
                        guard let owner = owner?.pointee, let signature, let length else { return -1 }
                        let desk = Unmanaged<SigningDesk>.fromOpaque(owner).takeUnretainedValue()
                        return desk.give(UnsafeRawBufferPointer(start: data, count: count), signature, length)
                    }, me)
            }
        }
    }

    private func give(
        _ data: UnsafeRawBufferPointer, _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
        _ length: UnsafeMutablePointer<Int>
    ) -> CInt {
        switch state {
        case .idle:
            state = .signing
            begin(Array(data))
            return SSHLibrary.again
        case .signing: return SSHLibrary.again
        case .signed(let bytes):
            state = .idle
            // The library frees it as it frees its own.
            guard let copy = malloc(max(1, bytes.count)) else { return -6 }
            bytes.withUnsafeBytes {
                copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: bytes.count)
            }
            signature.pointee = copy.assumingMemoryBound(to: UInt8.self)
            length.pointee = bytes.count
            return 0
        case .failed:
            state = .idle
            return -1
        }
    }

    private func begin(_ data: [UInt8]) {
        let algorithm = Self.algorithm(in: data) ?? ""
        Task(executorPreference: lane) { [self] in
            do { state = .signed(try await signer.sign(data, algorithm: algorithm)) } catch { state = .failed }
            whenReady()
        }
    }

    /// The algorithm that the library has chosen, which stands in what is to be signed (RFC 4252, section 7): the
    /// session's id, a byte, the user, the service, `publickey`, a byte, the algorithm.
    private static func algorithm(in data: [UInt8]) -> String? {
        var fields = SSHFieldReader(data)
        do {
            _ = try fields.bytes()
            _ = try fields.byte()
            for _ in 0..<3 { _ = try fields.bytes() }
            _ = try fields.byte()
            return try fields.text()
        } catch {
            return nil
        }
    }
}
