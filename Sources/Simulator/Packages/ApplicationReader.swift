import Crypto
import Synchronization

/// Reads APKs, each different one once for all phones.
final class ApplicationReader: Sendable {
    typealias Answer = Result<ApplicationFile, InstallRefusal>

    private let parse: @Sendable (FileContent) -> Answer
    private let known = Mutex<[SHA256Digest: Answer]>([:])

    init(parse: @escaping @Sendable (FileContent) -> Answer) { self.parse = parse }

    /// What an APK says of itself; one that was read before may have been discarded since.
    func read(_ content: FileContent) throws(InstallRefusal) -> ApplicationFile {
        guard let digest = content.digest else { throw Self.notAnAPK }
        if let answer = known.withLock({ $0[digest] }) { return try answer.get() }
        guard content.isReadable else { throw Self.notAnAPK }
        // Two lanes may read the same APK at once; both come to the same answer.
        let answer = parse(content)
        known.withLock { $0[digest] = answer }
        return try answer.get()
    }

    static let notAnAPK = InstallRefusal(
        "INSTALL_PARSE_FAILED_NOT_APK", "Failed to parse /data/app/vmdl1.tmp/base.apk")
}
