/// An account at a cloud that rents phones: where its service is, and as whom to ask it.
public struct CloudAccount: Hashable, Sendable {
    /// A text of the farm file that may stand elsewhere, so that the file can be shown to anybody.
    public enum Text: Hashable, Sendable {
        /// It stands in the file.
        case literal(String)
        /// The value of a variable of this process's environment.
        case environment(String)
        /// The value of a secret that the farm file declares.
        case secret(String)
    }

    /// What an account rents.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Servers with phones.
        case cph = "huawei-cph"
        /// Single phones.
        case koophone

        /// What the service of such accounts is called in a sentence.
        public var service: String { self == .cph ? "the cloud phone service" : "KooPhone" }

        /// The property with its id that each phone of such an account has, and no other.
        public var idProperty: String { self == .cph ? "cph.id" : "koophone.id" }
    }

    /// As whom requests are made.
    public enum Login: Hashable, Sendable {
        /// With an access key and its secret key (AK, SK), which sign every request; the token comes with temporary ones.
        case keys(id: Text, secret: Text, token: Text?)
        /// With the password of an IAM user of an account, which a token is got for.
        case password(account: Text, user: Text, password: Text)
    }

    /// Where the services of the account are asked, each as `https://host[:port]`; nil for the region's own.
    public struct Endpoints: Hashable, Sendable {
        /// The service of the phones.
        public var service: String?
        /// The service that knows users and tokens (IAM).
        public var identity: String?
        /// The object store (OBS).
        public var storage: String?

        /// Names addresses.
        public init(service: String? = nil, identity: String? = nil, storage: String? = nil) {
            self.service = service
            self.identity = identity
            self.storage = storage
        }
    }

    /// How often the service is asked.
    public struct Rates: Hashable, Sendable {
        /// Calls a minute that run a command and wait for its end.
        public var syncCommands = 6
        /// Calls a minute that change something; not published by the service, and what similar ones were seen to allow.
        public var writes = 10
        /// Calls a second that look only.
        public var reads = 5

        /// What the service is known to bear.
        public init() {}
    }

    /// Its name in the farm file.
    public let name: String
    /// What it rents.
    public let kind: Kind
    /// The region of its phones, such as `cn-north-4`.
    public let region: String
    /// The id of the region's project; nil to look it up by the region.
    public let project: Text?
    /// As whom requests are made.
    public let login: Login
    /// Where its services are.
    public let endpoints: Endpoints
    /// A file with the certificates of CAs that the services are trusted by, in PEM; nil for the system's.
    public let certificateFile: String?
    /// The bucket through which files reach phones; nil where none is named, and nothing can be delivered.
    public let bucket: String?
    /// After how many days what drover brought to the bucket may go.
    public let stagedDays: Int
    /// How often the service is asked.
    public let rates: Rates
    /// Whether files for all phones of a server may go through the storage that they share.
    public let usesSharedStorage: Bool

    /// What ``stagedDays`` may be.
    public static let stagedDaysRange = 1...365

    /// Describes an account.
    public init(
        name: String, kind: Kind = .cph, region: String, project: Text?, login: Login,
        endpoints: Endpoints = Endpoints(), certificateFile: String? = nil, bucket: String? = nil, stagedDays: Int = 7,
        rates: Rates = Rates(), usesSharedStorage: Bool = true
    ) {
        self.name = name
        self.kind = kind
        self.region = region
        self.project = project
        self.login = login
        self.endpoints = endpoints
        self.certificateFile = certificateFile
        self.bucket = bucket
        self.stagedDays = stagedDays
        self.rates = rates
        self.usesSharedStorage = usesSharedStorage
    }
}

extension [CloudAccount] {
    /// Which of them are of a kind, in words: `the farm's account of KooPhone is single`.
    public func words(of kind: CloudAccount.Kind) -> String {
        let names = filter { $0.kind == kind }.map(\.name)
        switch names.count {
        case 0: return "the farm has no account of \(kind.service)"
        case 1: return "the farm's account of \(kind.service) is \(names[0])"
        default: return "the farm's accounts of \(kind.service) are \(names.joined(separator: ", "))"
        }
    }
}
