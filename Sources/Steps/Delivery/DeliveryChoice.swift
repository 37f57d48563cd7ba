import Farm
import Lanes

/// By which way each thing that is due gets to one phone.
struct DeliveryChoice: Sendable {
    /// A long file of which the phone has an older version, and what is new in it.
    struct Patch: Sendable {
        let number: Int
        let old: RemoteFile
        let difference: BlockDifference
    }

    /// What all phones that lack the same have in common.
    let shipment: Shipment
    /// What the phone has for it.
    let tools: PhoneTools
    /// Files that go as they are, besides those of the shipment.
    private(set) var streamed: [Int] = []
    /// Long files of which nothing is there: they can go on where they were interrupted.
    private(set) var long: [Int] = []
    /// Long files of which only changed blocks travel.
    private(set) var patches: [Patch] = []
    /// Why something goes another way than people might expect.
    private(set) var notes: [String] = []

    /// Bytes of content that travel.
    var bytes: UInt64 {
        let whole = (streamed + long).reduce(shipment.bytes) { $0 + shipment.table.size($1) }
        return patches.reduce(whole) { $0 + $1.difference.bytes }
    }

    /// Bytes that the phone must have room for: what is new, and a copy of each file that is patched.
    var room: UInt64 { patches.reduce(bytes) { $0 + UInt64($1.difference.size) } }

    /// Chooses for all that is due; the phone is asked about the blocks of long files that it has.
    static func make(
        for shipment: Shipment, older: [Int: RemoteFile], tools: PhoneTools, with payloads: any PayloadProviding,
        on phone: any ConnectedPhone
    ) async throws -> Self {
        var choice = Self(shipment: shipment, tools: tools)
        for number in shipment.long {
            try await choice.take(long: number, older[number], with: payloads, on: phone)
        }
        choice.notes += shipment.notes
        return choice
    }

    private mutating func take(
        long number: Int, _ old: RemoteFile?, with payloads: any PayloadProviding, on phone: any ConnectedPhone
    ) async throws {
        let item = shipment.table[number]
        guard tools.isSuperset(of: .blocks) else {
            if old != nil { notes.append("\(item.name) whole, since the phone cannot compare blocks") }
            return streamed.append(number)
        }
        guard let old, old.size > 0, case .bytes(let bytes) = item.entry.content else { return long.append(number) }
        let difference = try await BlockDifference.look(
            for: bytes, at: item.path, of: old.size, with: payloads, on: phone)
        guard let difference else {
            notes.append("\(item.name) whole, since the phone could not compare its blocks")
            return long.append(number)
        }
        guard difference.isWorthwhile else {
            notes.append("\(item.name) whole, since most of it is new")
            return long.append(number)
        }
        notes.append("of \(item.name) the blocks that differ")
        patches.append(Patch(number: number, old: old, difference: difference))
    }
}

extension DeliveryTable.Item {
    /// Its last name, for people.
    var name: String { path.lastComponent }
}
