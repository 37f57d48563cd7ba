public import CloudPhone
public import Farm
import SourceText

/// The operations of all services at which a farm can have accounts, for those who know them only by name.
public enum ServiceCatalog {
    /// Every operation of the service of such accounts.
    public static func operations(of kind: Farm.CloudAccount.Kind) -> [CatalogedOperation] {
        switch kind {
        case .cph: OperationCatalog.all
        case .koophone: KooPhoneCatalog.all
        }
    }

    /// The operations of that name: one, or one of each service that has it; then the account's kind says which is meant.
    ///
    /// - Throws: `CheckFault` with the name that was probably meant, of any service.
    public static func operations(named name: String) throws(CheckFault) -> [CatalogedOperation] {
        if let found = table[name] { return found }
        throw CheckFault(
            "no service has an operation `\(name.prefix(80))`", advice: suggestion(for: name, among: table.keys))
    }

    private static let table = Dictionary(
        grouping: Farm.CloudAccount.Kind.allCases.flatMap { operations(of: $0) }, by: \.name)
}

extension CatalogedOperation {
    /// The accounts whose service has it.
    public var accountKind: Farm.CloudAccount.Kind { shape.service == .cph ? .cph : .koophone }
}
