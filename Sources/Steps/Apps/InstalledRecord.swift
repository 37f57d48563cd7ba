/// What drover remembers of an app on a phone: the content that was there when the package was last updated.
///
/// The record counts only while the phone still tells the same update time and the same folder.
struct InstalledRecord: Equatable {
    /// The way by which the phone was reached: another phone may bear the same name one day.
    let wayIn: String
    let lastUpdateTime: String
    let codePath: String
    /// SHA-256 sums of the installed files, sorted.
    let sums: [String]
    /// The certificate that signed it, when drover installed it or found it to be the build at hand.
    let signer: String
    /// Permissions that the phone would not grant though all were asked for; asking again is in vain.
    var refusedPermissions: [String]

    /// Takes what the phone tells now; nil when it does not tell enough to recognise a later change.
    init?(
        of dump: PackageDump, by wayIn: String, sums: [String], signer: String, refusedPermissions: [String] = []
    ) {
        guard let time = dump.lastUpdateTime, !time.isEmpty, !sums.isEmpty else { return nil }
        self.wayIn = wayIn
        lastUpdateTime = time
        codePath = dump.codePath ?? ""
        self.sums = sums.sorted()
        self.signer = signer
        self.refusedPermissions = refusedPermissions
    }

    /// Reads a remembered record; nil when it is damaged.
    init?(reading text: String) {
        let fields = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6, !fields[1].isEmpty, !fields[3].isEmpty else { return nil }
        wayIn = fields[0]
        lastUpdateTime = fields[1]
        codePath = fields[2]
        sums = fields[3].split(separator: ",").map(String.init)
        signer = fields[4]
        refusedPermissions = fields[5].split(separator: ",").map(String.init)
    }

    /// The text that is remembered; nil when a phone's words would not come back as they went.
    var text: String? {
        let fields = [
            wayIn, lastUpdateTime, codePath, sums.joined(separator: ","), signer,
            refusedPermissions.joined(separator: ","),
        ]
        guard !fields.contains(where: { $0.contains("|") }) else { return nil }
        return fields.joined(separator: "|")
    }

    /// Whether the phone still has what was recorded.
    func holds(for dump: PackageDump, by wayIn: String) -> Bool {
        wayIn == self.wayIn && dump.lastUpdateTime == lastUpdateTime && (dump.codePath ?? "") == codePath
    }
}
