import JSON
import Lanes

/// Orders: from the quota to the servers that come of them.
extension SimulatedCloud {
    func order(
        _ name: String, _ count: Int, paysAtOnce: Bool, _ make: (String, String) -> NewServer
    ) async throws(CloudRefusal) -> CloudAnswer {
        let waiting = orders.values.reduce(0) { sum, order in
            guard !order.isPaid, case .servers(let servers) = order.goods else { return sum }
            return sum + servers.count
        }
        guard servers.count + waiting + count <= options.serverQuota else { throw .cps(65) }
        let bought = (1...count).map { place in
            make(makeID(), count == 1 ? name : "\(name)-" + String(place).leftPadded(to: 4, with: "0"))
        }
        let order = place(.servers(bought))
        if paysAtOnce || !options.leavesOrdersUnpaid { await pay(order) }
        return CloudAnswer([
            "order_id": .text(order.id), "product_id": .text(Self.id(options.seed, "product", 0)),
            "server_ids": .array(order.isPaid ? bought.map { .text($0.id) } : []), "error_code": .null,
            "error_msg": .null,
        ])
    }

    func place(_ goods: CloudOrder.Goods) -> CloudOrder {
        let order = CloudOrder(id: makeID(), goods: goods)
        orders[order.id] = order
        return order
    }

    func pay(_ order: CloudOrder) async {
        guard !order.isPaid else { return }
        order.isPaid = true
        switch order.goods {
        case .servers(let bought): for one in bought { make(one, of: order) }
        case .model(let server, let model, let phoneModel): changeLater(server, to: model, phoneModel, order.id)
        }
    }

    /// The server is there at once, as one that is being made; its phones come with its end.
    private func make(_ one: NewServer, of order: CloudOrder) {
        let server = CloudServer(
            id: one.id, number: nextServer, name: one.name, keypair: one.keypair, created: seconds,
            bandwidthID: makeID())
        nextServer += 1
        server.status = 1
        server.model = one.model
        server.phoneModel = one.layout?.model
        server.zone = one.zone
        server.networkVersion = "v2"
        server.chargingMode = one.chargingMode
        server.orderID = order.id
        server.enterpriseProjectID = one.enterpriseProjectID
        servers.append(server)
        serverTable[server.id] = server
        let (id, layout) = (server.id, one.layout)
        let pause = options.creation
        keep(
            Task(executorPreference: lane) { [weak self, lane] in
                if pause > .zero { do { try await lane.sleep(for: pause) } catch { return } }
                await self?.finishMaking(id, layout)
            }, of: "make-\(id)")
    }

    private func finishMaking(_ id: String, _ layout: NewPhones?) async {
        guard let server = serverTable[id] else { return }
        if let layout {
            await fill(server, with: layout)
            for place in 0..<options.encodersPerServer { addEncoder(place, to: server) }
        }
        server.status = 5
        server.updated = seconds
    }

    /// Puts new phones on a server.
    func fill(_ server: CloudServer, with layout: NewPhones) async {
        server.phoneModel = layout.model
        server.sharedSize = layout.sharedSize
        let made = await makePhones(layout.count, prefix: "cloud-\(makeID().prefix(8))")
        for (place, simulated) in made.enumerated() {
            await add(simulated, as: makeID(), at: place, to: server, created: seconds, imageID: layout.imageID)
            guard let phone = server.phones.last else { continue }
            phone.diskSize = layout.diskSize
            phone.properties = layout.properties
            await simulated.setProperties(layout.properties)
        }
    }

    /// Takes all phones of a server away, with everything on them.
    func empty(_ server: CloudServer) async {
        let gone = server.phones
        server.phones = []
        let ids = Set(gone.map(\.id))
        phones.removeAll { ids.contains($0.id) }
        for phone in gone {
            phoneTable[phone.id] = nil
            await phone.phone.stop()
        }
    }
}
