import Glibc
import Lanes

/// OpenSSH's programs on this machine.
public struct SSHPrograms: Hashable, Sendable {
    /// The server.
    public let server: String
    /// What makes keys.
    public let keyMaker: String

    /// Looks for both.
    ///
    /// - Parameter folders: Where programs lie; by default those of `PATH`, and those that it leaves out for users.
    /// - Throws: ``SimulatorError`` with what to install, when one is missing.
    public init(in folders: [String] = Self.folders) throws(SimulatorError) {
        func find(_ name: String) throws(SimulatorError) -> String {
            for path in folders.map({ "\($0)/\(name)" }) where access(path, X_OK) == 0 { return path }
            throw SimulatorError(
                .badOptions, "there is no \(name) on this machine; install OpenSSH: apt-get install openssh-server")
        }
        server = try find("sshd")
        keyMaker = try find("ssh-keygen")
    }

    /// The folders of `PATH`, and those of programs for administrators.
    public static var folders: [String] {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/bin"]
    }

    /// Makes an Ed25519 key without a passphrase: the file, readable by its owner only, and its public half beside it.
    func makeKey(at path: String) throws(SimulatorError) {
        unlink(path)
        unlink("\(path).pub")
        let words = [keyMaker, "-q", "-t", "ed25519", "-N", "", "-C", "drover-simulated", "-f", path]
        guard let process = ChildProcess(words, input: nil, log: nil), process.waitForEnd() == 0 else {
            throw SimulatorError(
                .cannotListen, "make the key \(path) with ssh-keygen", cause: SystemError("run", errno: EIO))
        }
    }
}
