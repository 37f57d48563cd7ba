import Crypto
import Glibc

/// Where host keys are, and how a pair is made.
public struct KeySearch: Sendable {
    /// Files and folders named by `ADB_VENDOR_KEYS`.
    public let vendorPaths: [String]
    /// `$HOME/.android/adbkey`; nil without a home.
    public let userPath: String?

    /// Names the places.
    public init(vendorPaths: [String], userPath: String?) {
        self.vendorPaths = vendorPaths
        self.userPath = userPath
    }

    /// The places that an environment names.
    public init(environment: [String: String]) {
        let vendor = environment["ADB_VENDOR_KEYS"] ?? ""
        vendorPaths = vendor.split(separator: ":").map(String.init)
        userPath = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.android/adbkey" }
    }

    /// Every place, in the order of the search.
    public var places: [String] { vendorPaths + (userPath.map { [$0] } ?? []) }

    /// Reads the keys; what cannot be used is noted in the ring and never stops the search.
    public func load() -> KeyRing {
        var keys: [HostKey] = []
        var complaints: [String] = []
        var userKey: HostKey?
        for place in places {
            for path in keyFiles(at: place) {
                do throws(ADBError) {
                    guard let key = try read(path), !keys.contains(where: { isSame($0, key) }) else { continue }
                    keys.append(key)
                    if place == userPath { userKey = key }
                } catch {
                    complaints.append(error.reason)
                }
            }
        }
        return KeyRing(keys, searched: places, complaints: complaints, keyToShow: userKey)
    }

    private func isSame(_ left: HostKey, _ right: HostKey) -> Bool {
        left.key.publicKey.modulus == right.key.publicKey.modulus
    }

    /// The file itself, or the `.adb_key` files of a folder, sorted.
    private func keyFiles(at place: String) -> [String] {
        guard let folder = opendir(place) else { return [place] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".adb_key") { names.append(place + "/" + name) }
        }
        return names.sorted()
    }

    /// Reads one key; nil when there is no such file.
    private func read(_ path: String) throws(ADBError) -> HostKey? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw KeySearch.failure(path, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw KeySearch.failure(path, "can be read by others; run `chmod 600 \(path)`")
        }
        var pem = [UInt8](repeating: 0, count: 16384)
        let count = Glibc.read(descriptor, &pem, pem.count)
        guard count > 0 else { throw KeySearch.failure(path, "is empty or no file") }
        do throws(CryptoError) {
            return HostKey(key: try RSAPrivateKey(pem: Array(pem[..<count])), path: path)
        } catch {
            throw KeySearch.failure(path, error.reason)
        }
    }

    private static func failure(_ path: String, _ reason: String) -> ADBError {
        ADBError(.localFailure, "read key \(path)", "\(path) \(reason)", mayHaveBeenSent: false)
    }

    /// Makes a new pair at `path` (0600) and `path.pub`; an existing file is never replaced.
    ///
    /// - Throws: ``ADBError`` with `localFailure`.
    public static func makePair(at path: String) throws(ADBError) -> HostKey {
        let key: HostKey
        let pem: String
        let text: String
        do throws(CryptoError) {
            key = HostKey(key: try RSAPrivateKey.generate(), path: path)
            pem = try key.key.pem()
            text = try key.publicText()
        } catch {
            throw failure(path, error.reason)
        }
        if let slash = path.lastIndex(of: "/") { mkdir(String(path[..<slash]), 0o700) }
        try write(pem, to: path, mode: 0o600)
        try write(text + "\n", to: path + ".pub", mode: 0o644)
        return key
    }

    private static func write(_ text: String, to path: String, mode: mode_t) throws(ADBError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw failure(path, "cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { Glibc.close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw failure(path, "cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
