import Glibc
public import Lanes
import Synchronization

/// The keys by which hosts are known: those of OpenSSH, which are only read, and drover's own.
///
/// Shared by all connections of a process.
public final class KnownHosts: Sendable {
    /// The file that new keys are kept in; nil when there is no place for it.
    public let ownPath: String?
    /// The files, in the order in which they are asked.
    public let paths: [String]
    private let files: Mutex<[KnownHostsFile]>

    /// Names the files.
    ///
    /// - Parameters:
    ///   - read: Files that are only read.
    ///   - own: The file that new keys are kept in, which is made when it is needed.
    public init(read: [String], own: String?) {
        ownPath = own
        paths = read + (own.map { [$0] } ?? [])
        files = Mutex(paths.map { KnownHostsFile($0) })
    }

    /// The user's and the machine's files of OpenSSH, and drover's own at `$XDG_STATE_HOME/drover/known_hosts`, else
    /// `~/.local/state/drover/known_hosts`.
    public convenience init(environment: [String: String]) {
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
        let state = environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home.map { "\($0)/.local/state" }
        self.init(
            read: (home.map { ["\($0)/.ssh/known_hosts", "\($0)/.ssh/known_hosts2"] } ?? [])
                + ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"],
            own: state.map { "\($0)/drover/known_hosts" })
    }

    // MARK: Asking

    /// The algorithms of host keys in the order of OpenSSH, without those that sign with SHA-1.
    public static let usualAlgorithms = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512",
        "rsa-sha2-256",
    ]

    /// The algorithms of host keys in the order in which a host is to be asked for them: those whose keys are known come
    /// first.
    ///
    /// Otherwise a host with keys of several types would show another one than is known, and look changed.
    ///
    /// - Parameter offered: The algorithms that we can use, the best first.
    public func algorithms(
        for host: KnownHostName, among offered: [String] = KnownHosts.usualAlgorithms
    ) -> [String] {
        let known = Set(lines(for: host).filter { $0.meaning == .known }.flatMap(\.key.signatureAlgorithms))
        return offered.filter(known.contains) + offered.filter { !known.contains($0) }
    }

    func finding(_ key: SSHPublicKey, of host: KnownHostName) -> HostKeyFinding {
        HostKeyFinding(key, among: lines(for: host))
    }

    private func lines(for host: KnownHostName) -> [KnownHostsLine] {
        files.withLock { files in
            var found: [KnownHostsLine] = []
            var foundWithoutPort: [KnownHostsLine] = []
            for index in files.indices {
                files[index].refresh()
                found += files[index].lines(for: host.description)
                guard let name = host.withoutPort else { continue }
                foundWithoutPort += files[index].lines(for: name)
            }
            // What is said of the port itself comes first; that a key is revoked holds for all ports.
            guard found.contains(where: { $0.meaning == .known }) else { return found + foundWithoutPort }
            return found + foundWithoutPort.filter { $0.meaning == .revoked }
        }
    }

    /// What could not be read, for messages: `PATH: Permission denied`.
    var troubles: [String] {
        files.withLock { files in files.compactMap { file in file.trouble.map { "\(file.path): \($0)" } } }
    }

    // MARK: Judging

    /// Judges the key that a host has shown.
    ///
    /// Call on the lane. Where another drover keeps a key at this moment, it is waited for.
    ///
    /// - Throws: ``SSHError`` with the code `hostKey`, which says both fingerprints where the key is another one than is
    ///   known; `CancellationError`.
    public func judge(
        _ key: SSHHostKey, of host: KnownHostName, by checking: HostKeyChecking, on lane: Lane
    ) async throws -> HostKeyVerdict {
        if checking == .off { return .unchecked }
        guard let key = SSHPublicKey(blob: key.blob) else {
            throw HostKeyRefusal(host).malformed()
        }
        switch finding(key, of: host) {
        case .known(let place): return .known(place)
        case .unknown(let authority):
            guard checking == .pin else { throw HostKeyRefusal(host).unknown(key, self, authority) }
            return try await pin(key, of: host, on: lane)
        case .changed(let line): throw HostKeyRefusal(host).changed(line, key)
        case .revoked(let place): throw HostKeyRefusal(host).revoked(key, place)
        }
    }

    /// Keeps the first key of a host, unless somebody else has kept one meanwhile.
    private func pin(_ key: SSHPublicKey, of host: KnownHostName, on lane: Lane) async throws -> HostKeyVerdict {
        let refusal = HostKeyRefusal(host)
        guard let ownPath else {
            throw refusal.notKept(key, "there is no home folder", advice: "set HOME or XDG_STATE_HOME")
        }
        guard host.canBeWritten else { throw refusal.notKept(key, "its name cannot be written down") }
        do {
            let file = try await LockedHostsFile(ownPath, on: lane)
            switch finding(key, of: host) {
            case .known(let place): return .known(place)
            case .changed(let line): throw refusal.changed(line, key)
            case .revoked(let place): throw refusal.revoked(key, place)
            case .unknown: try file.append(line: KnownHostsLine.text(of: key, of: host))
            }
            return .pinned(ownPath)
        } catch let error as SystemError {
            throw refusal.notKept(key, "\(ownPath): \(error.reason)")
        }
    }
}
