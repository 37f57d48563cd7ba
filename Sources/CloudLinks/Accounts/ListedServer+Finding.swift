import CloudPhone
import Farm

extension [ListedServer] {
    /// The server of an account that one of the farm file stands for: by its id where the file has it, else by its name.
    ///
    /// - Throws: ``ServiceError`` when the account has none, or more than one of that name.
    func one(named name: String, id: String?, in account: String) throws(ServiceError) -> ListedServer {
        let found = filter { id == nil ? $0.name == name : $0.id == id }
        if found.count == 1, let only = found.first { return only }
        let near = prefix(3).map(\.name).joined(separator: ", ")
        throw ServiceError(
            "no-server", operation: "find the server \(name) in \(account)",
            reason: found.isEmpty
                ? "the account has no server \(id.map { "with the id \($0)" } ?? "of this name")"
                : "the account has \(found.count) servers of this name",
            advice: !found.isEmpty
                ? "add `id:` to the server in the farm file"
                : isEmpty ? "it has none at all; look at the account's region and project" : "it has \(near)")
    }
}
