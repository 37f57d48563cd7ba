import CloudLinks
import CloudPhone
import DroverTesting
import Farm
import Lanes
import Secrets
import Signing
import Simulator

/// Phones of KooPhone in a simulated cloud, alone or beside its servers.
extension CloudFarm {
    static let user = CloudOptions.User(
        account: "studio", name: "robot", password: Secret(name: "password", "correct horse"))

    /// A cloud with one server and phones of KooPhone.
    static func withInstances(_ count: Int, _ change: (inout CloudOptions) -> Void = { _ in }) throws -> CloudFarm {
        try CloudFarm(servers: 1, phonesPerServer: 2) { options in
            options.koophones = count
            options.users = [user]
            change(&options)
        }
    }

    /// Opens the account of KooPhone, and that of the servers where it is wanted.
    ///
    /// - Parameters:
    ///   - pools: The pools for which entries stand, called by their names; none for one entry `koo` of the whole account.
    ///   - withServers: Whether the servers are in the farm, too.
    ///   - phones: Other phones of the farm.
    func openInstances(
        _ place: (service: SocketAddress, storage: SocketAddress), pools: [String] = [], withServers: Bool = false,
        phones: [Phone] = []
    ) async throws -> Opened {
        let services = ("http://\(place.service)", "http://\(place.storage)")
        let koophone = Farm.CloudAccount(
            name: "single", kind: .koophone, region: "cn-north-4", project: nil,
            login: .password(
                account: .literal(Self.user.account), user: .literal(Self.user.name), password: .secret("password")),
            endpoints: .init(
                service: services.0 + cloud.options.koophonePath, identity: services.0, storage: services.1),
            bucket: Self.bucket, rates: .roomy)
        let main = Farm.CloudAccount(
            name: "main", region: "cn-north-4", project: .literal(cloud.options.projectID),
            login: .keys(id: .literal(Self.keys.id), secret: .secret("sk"), token: nil),
            endpoints: .init(service: services.0, identity: services.0, storage: services.1), bucket: Self.bucket,
            rates: .roomy)
        let options = CloudLinkOptions(
            lane: lanes[0], jobs: JobWatchOptions(scale: 0.05), scratch: "\(folder.path)/staging", quiet: Self.quiet)
        let accounts = CloudAccounts([koophone, main], options: options) { text in
            switch text {
            case .literal(let text): Secret(name: "text", text)
            case .secret("password"): Self.user.password
            default: Self.keys.secret
            }
        }
        var servers =
            pools.isEmpty
            ? [Server(name: "koo", adbServer: nil, cloud: CloudServer(account: "single"))]
            : pools.map { Server(name: $0, adbServer: nil, cloud: CloudServer(account: "single", pool: $0)) }
        if withServers {
            let ids = await cloud.serverIDs
            servers.append(Server(name: "farm-1", adbServer: nil, cloud: CloudServer(account: "main", id: ids[0])))
        }
        let discovered = try await accounts.discover(servers)
        let farm = try Inventory(phones: phones, servers: servers, accounts: [koophone, main])
        let health = PhoneHealth(missing: farm.missingPhones(among: discovered.phones))
        let inventory = try farm.adding(health: health).adding(discovered: discovered.phones)
        return Opened(accounts: accounts, inventory: inventory, discovered: discovered)
    }
}
