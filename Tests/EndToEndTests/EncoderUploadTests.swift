import Crypto
import DroverTesting
import Foundation
import Lanes
import Testing

@Suite("Large uploads to an encoder", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct EncoderUploadTests {
    private static let mebibyte = 1 << 20

    /// Writes a file of 1 GiB of which no two MiB are equal.
    private static func writeGibibyte(to file: URL) throws {
        var numbers = SeededNumbers(seed: 5)
        var block = Data((0..<mebibyte).map { _ in UInt8.random(in: 0 ... .max, using: &numbers) })
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        for number in 0..<1024 {
            block.replaceSubrange(0..<8, with: withUnsafeBytes(of: UInt64(number)) { Data($0) })
            try handle.write(contentsOf: block)
        }
        try handle.close()
    }

    private static func hash(of path: String) throws -> String {
        let bytes = try SharedBytes(mapping: path)
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return hash.finish().hex
    }

    @Test func `a gibibyte that is cut three times arrives whole, and little of it twice`() async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let there = try ScratchFolder()
        let server = try await SSHServer()
        let key = try await server.keys.make()
        try server.authorize(key)
        try await server.start()
        let cuts = [300, 123, 401].map { ProxyFault.cut(after: $0 * Self.mebibyte + 4321, .toServer) }
        // The last connection may bring what is missing, and would be cut if it brought much more.
        let proxy = try await FaultyProxy(to: server.port, cuts, then: .cut(after: 300 * Self.mebibyte, .toServer))
        let source = drover.folder.appending(path: "build")
        try Self.writeGibibyte(to: source)
        let farm = """
            keypairs: { KeyPair-farm: \(key.path) }
            encoders:
              enc-1: { ssh: "\(SSHServer.user)@127.0.0.1:\(proxy.port)", keypair: KeyPair-farm, host-keys: off }
            """
        try Data(farm.utf8).write(to: drover.folder.appending(path: "farm.yml"))
        let steps = """
            encoders: all
            steps:
              - upload: { from: build, to: \(there.path)/build }
                retries: 5
            """
        try Data(steps.utf8).write(to: drover.folder.appending(path: "upload.yml"))
        let result = try await drover.run(["run", "upload.yml", "--farm", "farm.yml"])
        #expect(result.exitCode == 0, "\(result.error)\(result.output)")
        #expect(try Self.hash(of: "\(there.path)/build") == Self.hash(of: source.path))
        #expect(try FileManager.default.contentsOfDirectory(atPath: there.path) == ["build"])
        #expect(proxy.connectionCount == 4)
        try await proxy.stop()
        await server.stop()
    }
}
