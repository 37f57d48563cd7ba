import CloudPhone
import Farm
import JSON

/// What the service itself knows of a phone: its name and its properties.
extension CloudPhoneLink {
    func name() async throws -> String {
        let phones = try await inFarmWords("ask for the name") { try await session.states.phones(of: place.server) }
        return phones.first { $0.id == place.phone }?.name ?? ""
    }

    func rename(to name: String) async throws {
        let operation = UpdatePhoneNameOperation(phoneID: place.phone, phoneName: name)
        _ = try await inFarmWords("rename the phone to \(name)") { try await session.client.send(operation) }
    }

    func set(_ properties: [String: String], own: [String: String]) async throws {
        let text = String(decoding: JSONValue.object(properties.mapValues(JSONValue.text)).bytes, as: UTF8.self)
        let call = BatchCall.properties(text, own: own)
        let operation = "set \((properties.keys.sorted() + own.keys.sorted()).joined(separator: ", "))"
        if case .failed(let fault, let output) = try await answer(to: call, operation) {
            throw ServiceError(fault, saying: output, operation)
        }
    }
}
