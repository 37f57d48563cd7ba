import DroverTesting
import Foundation
import Lanes
import Testing

@testable import SSH

@Suite(.enabled(if: SSHServer.isThere)) struct `SFTP through a real sshd` {
    @Test func `files and trees go and come back`() async throws {
        let folder = try ScratchFolder()
        try folder.folder("back")
        let bytes = manyBytes(9_000_001)
        try await SSHRig.connected { connection, _ in
            let client = try await SFTPClient.start(name: "enc-a", on: connection.lane) {
                connection.openSubsystem("sftp", handler: $0)
            }
            defer { client.close() }
            let root = SFTPPath(folder.path).appending("there")
            let items = (0..<200).map { index in
                SFTPTreeItem(
                    SFTPPath("d\(index % 5)/\(index)"), .file(size: index) { SharedBytes(Array(bytes[..<index])) },
                    modified: 1_600_000_000)
            }
            let sent = try await client.upload(tree: items, to: root)
            #expect(sent.moved == 200 && sent.refusals.isEmpty)
            let big = try await client.upload(SharedBytes(bytes), to: root.appending("big"), .test)
            #expect(big.sentBytes == bytes.count)
            let back = try await client.download(tree: root, into: LocalTree(folder.path + "/back"))
            #expect(back.moved == 201 && back.refusals.isEmpty)
        }
        #expect(try contents(of: folder.path + "/back/big") == bytes)
        #expect(try contents(of: folder.path + "/back/d4/199") == Array(bytes[..<199]))
    }

    @Test func `a subsystem that is not there is told`() async throws {
        try await SSHRig.connected { connection, _ in
            let error = await #expect(throws: SFTPError.self) {
                try await SFTPClient.start(name: "enc-a", on: connection.lane) {
                    connection.openSubsystem("files", handler: $0)
                }
            }
            #expect(error?.code == .lost)
            #expect(error?.reason.contains("has no subsystem files") == true)
        }
    }
}
