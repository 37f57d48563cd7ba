public import CloudPhone
import SourceText

/// Every operation of KooPhone, for those who know them only by name.
public enum KooPhoneCatalog {
    /// All of them, in the order of the service's table.
    public static let all: [CatalogedOperation] = [
        CatalogedOperation(ListInstancesOperation.self),
        CatalogedOperation(BatchShowInstanceOperation.self),
        CatalogedOperation(BatchShowSkuOperation.self),
        CatalogedOperation(CreateInstanceOperation.self),
        CatalogedOperation(DeleteInstanceOperation.self),
        CatalogedOperation(ProvisionInstanceOperation.self),
        CatalogedOperation(CancelInstanceOperation.self),
        CatalogedOperation(BatchRebootInstanceOperation.self),
        CatalogedOperation(BatchResetInstanceOperation.self),
        CatalogedOperation(SyncInvokeInstanceOperation.self),
        CatalogedOperation(AsyncInvokeInstanceOperation.self),
        CatalogedOperation(ExecuteJobOperation.self),
        CatalogedOperation(InstallAppOperation.self),
        CatalogedOperation(ListInstanceAppOperation.self),
        CatalogedOperation(SetVideoOperation.self),
        CatalogedOperation(BatchBackupInstancesOperation.self),
        CatalogedOperation(BatchPrepareInstancesOperation.self),
        CatalogedOperation(ShowProgressOperation.self),
        CatalogedOperation(ExecuteInstanceAuthTokenOperation.self),
        CatalogedOperation(StopInstancesSessionOperation.self),
        CatalogedOperation(StopInstancesStreamingOperation.self),
    ]

    /// The operation of that name.
    ///
    /// - Throws: `CheckFault` with the name that was probably meant.
    public static func operation(named name: String) throws(CheckFault) -> CatalogedOperation {
        if let operation = table[name] { return operation }
        throw CheckFault(
            "KooPhone has no operation `\(name.prefix(80))`", advice: suggestion(for: name, among: table.keys))
    }

    private static let table = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
