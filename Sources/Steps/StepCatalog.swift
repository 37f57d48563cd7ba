public import PlaybookLanguage

/// The step kinds there are: the vocabulary of playbooks at a glance, one sorted line per kind.
public struct StepCatalog: StepVocabulary {
    /// All step kinds, by keyword.
    public static let standard = StepCatalog([
        ChangeServer.self,
        ClearData.self,
        Collect.self,
        ConnectionInfo.self,
        DeleteServer.self,
        Download.self,
        Events.self,
        ExpandDisk.self,
        Export.self,
        FileSystem.self,
        ForceStop.self,
        Grant.self,
        Image.self,
        Import.self,
        Input.self,
        Install.self,
        Instrument.self,
        Launch.self,
        Logcat.self,
        Media.self,
        Power.self,
        Property.self,
        Pull.self,
        Push.self,
        Reboot.self,
        Rename.self,
        RenameServer.self,
        Resize.self,
        RestartEncoders.self,
        RestartServer.self,
        RouteTraffic.self,
        Screenshot.self,
        Script.self,
        ServerBandwidth.self,
        ServerKeypair.self,
        ServerTags.self,
        Service.self,
        SetProperties.self,
        Setting.self,
        ShareApp.self,
        ShareFiles.self,
        Shell.self,
        Uninstall.self,
        Upload.self,
        Wait.self,
    ])

    private let kinds: [String: any StepKind.Type]

    /// A vocabulary of these kinds; of two with one keyword the last one counts.
    public init(_ kinds: [any StepKind.Type]) {
        self.kinds = Dictionary(kinds.map { ($0.manual.keyword, $0) }) { $1 }
    }

    /// The vocabulary with more kinds.
    public func adding(_ more: [any StepKind.Type]) -> StepCatalog { StepCatalog(Array(kinds.values) + more) }

    /// Every keyword, sorted.
    public var keywords: [String] { kinds.keys.sorted() }

    /// Every manual, sorted by keyword.
    public var manuals: [StepManual] { keywords.compactMap { kinds[$0]?.manual } }

    /// The manual of a kind, or nil for a word that names none.
    public func manual(of keyword: String) -> StepManual? { kinds[keyword]?.manual }

    /// Reads the arguments of one step; nil for a word that names no kind.
    public func read(_ keyword: String, _ arguments: inout StepArguments) -> (any Sendable)? {
        guard let kind = kinds[keyword] else { return nil }
        return kind.init(reading: &arguments)
    }

    /// What a step of this kind acts on; a word that names no kind is told of elsewhere.
    public func targets(of keyword: String) -> Set<TargetKind> {
        kinds[keyword]?.manual.targets ?? Set(TargetKind.allCases)
    }

    /// Whether a step of this kind looks by itself whether there is anything to do.
    public func isDelivery(_ keyword: String) -> Bool { ["install", "push", "uninstall", "upload"].contains(keyword) }

    /// What a step of this kind gives beside the outputs that every step gives.
    public func outputs(of keyword: String) -> [String: ValueType] {
        let outputs = kinds[keyword]?.manual.outputs ?? []
        return Dictionary(outputs.map { ($0.name, $0.type) }) { $1 }
    }

    /// Reads what stands under a play's `preflight`.
    public func readPreflight(_ arguments: inout StepArguments) -> (any Sendable)? {
        PreflightRequirements(reading: &arguments)
    }
}
