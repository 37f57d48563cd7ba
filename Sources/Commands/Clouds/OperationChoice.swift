import CloudPhone
import Farm
import KooPhone

/// Which operation of which account is meant by a name.
struct OperationChoice {
    let operation: CatalogedOperation
    /// The account, by its name in the farm file.
    let account: String

    /// Chooses among the farm's accounts.
    ///
    /// - Parameters:
    ///   - found: The operations of that name, at most one of each service.
    ///   - account: The account that was named; nil for the only one whose service has the operation.
    /// - Throws: `CommandFailure` in one line that names the accounts that would do.
    init(
        of found: [CatalogedOperation], named account: String?, among accounts: [Farm.CloudAccount]
    ) throws(CommandFailure) {
        let kinds = found.map(\.accountKind)
        let chosen = try Self.account(of: kinds, found[0].name, named: account, among: accounts)
        self.account = chosen.name
        operation = found.first { $0.accountKind == chosen.kind } ?? found[0]
    }

    private static func account(
        of kinds: [Farm.CloudAccount.Kind], _ operation: String, named name: String?,
        among accounts: [Farm.CloudAccount]
    ) throws(CommandFailure) -> Farm.CloudAccount {
        let names = accounts.map(\.name).joined(separator: ", ")
        guard !accounts.isEmpty else { throw CommandFailure("the farm file has no `accounts`; see docs/cloud.md") }
        let service = "\(operation) is an operation of \(kinds[0].service)"
        if let name {
            guard let named = accounts.first(where: { $0.name == name }) else {
                throw CommandFailure("the farm has no account `\(name)`; it has \(names)")
            }
            guard kinds.contains(named.kind) else {
                throw CommandFailure(
                    "\(service), and \(name) is an account of \(named.kind.service); \(accounts.words(of: kinds[0]))")
            }
            return named
        }
        let fitting = accounts.filter { kinds.contains($0.kind) }
        guard let only = fitting.first else { throw CommandFailure("\(service), and \(accounts.words(of: kinds[0]))") }
        guard fitting.count == 1 else {
            throw CommandFailure("which account? --account takes \(fitting.map(\.name).joined(separator: ", "))")
        }
        return only
    }
}
