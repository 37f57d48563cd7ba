public import JSON

extension CatalogedOperation {
    /// The arguments that take the id of a phone, which are filled in for a phone that asks.
    private static let ofPhones: Set<String> = [
        "phone_id", "phone_ids", "instance_id", "instance_ids", "instance_id_list", "instanceIdList",
    ]
    /// The same for a server.
    private static let ofServers: Set<String> = ["server_id", "server_ids"]

    /// The arguments with the ids of whoever asks, where nobody else is named.
    ///
    /// A command takes phones or servers, and phones are meant more narrowly.
    ///
    /// - Parameters:
    ///   - phone: The id of the phone that asks; nil where none does.
    ///   - server: The id of the server that asks, or that carries the phone.
    public func completed(
        _ given: [String: JSONValue], phone: String? = nil, server: String? = nil
    ) -> [String: JSONValue] {
        var all = given
        let takesPhones = phone != nil && arguments.contains { $0.field.name == "phone_ids" }
        for field in arguments.map(\.field) where given[field.name] == nil {
            let isMany = field.kind == .list(.text)
            let id: String? =
                if Self.ofPhones.contains(field.name) {
                    isMany && given["server_ids"] != nil ? nil : phone
                } else if Self.ofServers.contains(field.name), !isMany || given["phone_ids"] == nil && !takesPhones {
                    server
                } else {
                    nil
                }
            guard let id else { continue }
            all[field.name] = isMany ? .array([.text(id)]) : .text(id)
        }
        return all
    }
}
