import Farm
import Lanes
import Testing

@testable import Steps

struct ShipmentTests {
    private static let mebibyte = SharedBytes([UInt8](repeating: 1, count: 1 << 20))
    // printf abc | sha256sum
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private static func file(_ path: String, _ bytes: SharedBytes = mebibyte, sha256: String? = abc)
        -> FilesPayload.Entry
    {
        FilesPayload.Entry(path: path, content: .bytes(bytes), mode: 0o644, modified: 1_000, sha256: sha256)
    }

    private func table(_ entries: [FilesPayload.Entry], at folder: String = "/sdcard/in/") throws -> DeliveryTable {
        try .shared(
            FilesPayload(isFolder: true, entries: entries, source: "in"), at: try RemotePath(validating: folder))
    }

    @Test func `phones that get the same at the same place share everything`() throws {
        let payload = FilesPayload(isFolder: true, entries: (0..<50).map { Self.file("\($0).bin") }, source: "in")
        let copy = payload
        let place = try RemotePath(validating: "/sdcard/in/")
        let first = try DeliveryTable.shared(payload, at: place)
        #expect(try DeliveryTable.shared(copy, at: place) === first)
        #expect(try DeliveryTable.shared(payload, at: try RemotePath(validating: "/sdcard/other/")) !== first)
        let shipment = first.shipment(of: [1, 2, 3], packs: true)
        #expect(first.shipment(of: [1, 2, 3], packs: true) === shipment)
        #expect(first.shipment(of: [1, 2], packs: true) !== shipment)
        #expect(first.shipment(of: [1, 2, 3], packs: false) !== shipment)
    }

    @Test func `what no phone uses any more is let go`() throws {
        let table = try table([Self.file("a")])
        weak let shipment = table.shipment(of: [0], packs: false)
        #expect(shipment == nil)
    }

    @Test(arguments: [
        (31, true, 0, "", 31), (32, true, 1, "small ones in an archive", 0),
        (100, true, 2, "small ones in an archive", 0),
        (100, false, 0, "one by one, since the phone has no `tar`", 100), (1, false, 0, "", 1),
    ])
    func `small files travel in archives of 64 MiB where they are many`(
        count: Int, packs: Bool, archives: Int, note: String, streamed: Int
    ) throws {
        let table = try table((0..<count).map { Self.file("\($0).bin") })
        let shipment = table.shipment(of: table.all, packs: packs)
        #expect(shipment.archives.count == archives)
        #expect(shipment.archives.allSatisfy { $0.count <= 64 })
        #expect(shipment.notes.joined() == note)
        #expect(shipment.streamed.count == streamed)
        #expect((shipment.archives.joined() + shipment.streamed).sorted() == table.all)
        #expect(shipment.bytes == UInt64(count) << 20)
    }

    @Test func `folders and large files go their own ways`() throws {
        let large = SharedBytes([UInt8](repeating: 2, count: (1 << 20) + 1))
        let folder = FilesPayload.Entry(path: "empty", content: .folder, mode: 0o755, modified: 0)
        let link = FilesPayload.Entry(path: "link", content: .link(to: "large"), mode: 0o777, modified: 0)
        let small = (0..<40).map { Self.file("s/\($0)") }
        let table = try table([folder, Self.file("large", large), link] + small)
        let shipment = table.shipment(of: table.all, packs: true)
        #expect(shipment.folders == [0])
        #expect(shipment.streamed == [1])
        #expect(shipment.archives == [Array(2..<43)])
        #expect(shipment.others == Array(1..<43))
    }

    @Test func `the proof is the hash of what sha256sum prints`() throws {
        let bytes = SharedBytes(Array("abc".utf8))
        let table = try table([
            Self.file("a", bytes), Self.file("b/it's", bytes),
            FilesPayload.Entry(path: "l", content: .link(to: "a"), mode: 0o777, modified: 0),
        ])
        let proof = try #require(table.shipment(of: table.all, packs: true).proof())
        #expect(proof.names.withUnsafeBytes { Array($0) } == Array("a\0b/it's\0".utf8))
        // printf abc >a; printf abc >"b/it's"; sha256sum a "b/it's" | sha256sum
        #expect(proof.digest == "bffa2ddb56c38ee96a1271a57ed3b5b8859d44bd1d71d3f754bb7ae842e0df20")
        #expect(try self.table([Self.file("a", sha256: nil)]).shipment(of: [0], packs: true).proof() == nil)
    }

    @Test func `renaming goes folder by folder, in lines that the phone takes`() throws {
        let table = try table([Self.file("-rf"), Self.file("x/a b"), Self.file("x/c")])
        #expect(
            table.shipment(of: table.all, packs: true).moves(limit: 3_000) == [
                "mkdir -p /sdcard/in && mv -f ./-rf /sdcard/in/ && mkdir -p /sdcard/in/x && "
                    + "mv -f './x/a b' ./x/c /sdcard/in/x/"
            ])
        let many = try self.table((0..<1_000).map { Self.file("x/\($0)-with-a-long-name.bin") })
        let lines = many.shipment(of: many.all, packs: true).moves(limit: 3_000)
        #expect(lines.allSatisfy { $0.utf8.count <= 3_000 })
        let words = lines.joined(separator: " ").split(separator: " ").filter { $0.hasPrefix("./x/") }
        #expect(Set(words).count == 1_000 && words.count == 1_000)
    }
}
