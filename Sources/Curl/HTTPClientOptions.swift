import Glibc

/// What holds for every request of a client.
public struct HTTPClientOptions: Hashable, Sendable {
    /// Where requests go through a proxy.
    public enum Proxy: Hashable, Sendable {
        /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
        case environment
        /// Nowhere.
        case none
        /// Always through this one.
        case address(String)
    }

    /// A file with the certificates that are trusted, in PEM; nil for the system's.
    public var certificateFile: String?
    /// A folder with the certificates that are trusted, by hash; nil for the system's.
    public var certificateFolder: String?
    /// Where requests go through a proxy.
    public var proxy: Proxy
    /// How many connections one host is asked over; other requests wait for one to be free.
    public var connectionsPerHost: Int
    /// What servers see as the client's name.
    public var userAgent: String

    /// Sets options.
    public init(
        certificateFile: String? = nil, certificateFolder: String? = nil, proxy: Proxy = .environment,
        connectionsPerHost: Int = 32, userAgent: String = "drover"
    ) {
        self.certificateFile = certificateFile
        self.certificateFolder = certificateFolder
        self.proxy = proxy
        self.connectionsPerHost = connectionsPerHost
        self.userAgent = userAgent
    }

    /// The options that the usual variables ask for: `CURL_CA_BUNDLE`, `SSL_CERT_FILE` and `SSL_CERT_DIR` besides those of proxies.
    ///
    /// The library knows the variables of proxies by itself; those of certificates are read only by the program `curl`.
    public static func fromEnvironment(_ value: (String) -> String? = processVariable) -> Self {
        func set(_ name: String) -> String? { value(name).flatMap { $0.isEmpty ? nil : $0 } }
        return Self(
            certificateFile: set("CURL_CA_BUNDLE") ?? set("SSL_CERT_FILE"), certificateFolder: set("SSL_CERT_DIR"))
    }

    /// A variable of this process.
    public static func processVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
