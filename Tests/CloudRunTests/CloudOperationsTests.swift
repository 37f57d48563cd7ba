import CloudPhone
import DroverTesting
import JSON
import Lanes
import Secrets
import Signing
import Simulator
import Testing

@Suite("drover's calls about servers, images and events, against a simulated cloud", .timeLimit(.minutes(2)))
struct CloudOperationsTests {
    private static let keys = AccessKeys(id: "AKOPS", secret: Secret(name: "sk", "SKoperations"))

    /// A cloud that listens, a client of it, and what looks after jobs.
    private struct Bench {
        let cloud: SimulatedCloud
        let client: CloudClient
        let watch: JobWatch
        let servers: [String]
        let phones: [String]

        /// Waits for every job of a call.
        func finish(_ call: StartedCall, _ kind: CloudPhone.JobKind) async throws -> [JobResult.Outcome] {
            await watch.watch(WatchedCall(call, kind: kind))
            var outcomes: [JobResult.Outcome] = []
            for jobID in call.elements.compactMap(\.jobID) {
                outcomes.append(try await watch.result(of: jobID).outcome)
            }
            return outcomes
        }

        /// The server once it works; orders have no jobs, so the list is looked at.
        func made(_ id: String) async throws -> ListedServer {
            while true {
                let listed = try await client.send(ListCloudPhoneServersOperation(serverID: id)).elements
                if let server = listed.first, server.status.isNormal { return server }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    private static func run(
        _ change: (inout CloudOptions) -> Void = { _ in }, _ test: (Bench) async throws -> Void
    ) async throws {
        var options = CloudOptions()
        options.servers = 2
        options.keys = [keys]
        options.writesPerMinute = nil
        options.isPaidByUse = true
        options.modelChange = .milliseconds(5)
        options.opensADB = false
        change(&options)
        let lane = try Lane(name: "cloud")
        let cloud = SimulatedCloud(options, objects: ObjectsInMemory(), lanes: [lane])
        let address = try await cloud.start()
        let base = "http://\(address)"
        let account = try CloudAccount(
            name: "lab", region: options.region, projectID: options.projectID,
            endpoints: CloudEndpoints(region: options.region, cph: base, iam: base, obs: base), login: .keys(keys),
            limits: CloudLimits(syncPerMinute: 1000, writesPerMinute: 1000, readsPerSecond: 1000))
        let client = try CloudClient(account, on: try Lane(name: "client"))
        let bench = Bench(
            cloud: cloud, client: client, watch: JobWatch(client, options: JobWatchOptions(scale: 0.005)),
            servers: await cloud.serverIDs, phones: await cloud.phoneIDs)
        do { try await test(bench) } catch {
            await cloud.stop()
            throw error
        }
        await cloud.stop()
    }

    private static func layout(_ client: CloudClient, model: Int = 0) async throws -> (
        PhoneLayout, CloudPhone.PhoneModel
    ) {
        let models = try await client.all(ListCloudPhoneModelsOperation(status: 1))
        let image = try #require(try await client.all(ListCloudPhoneImagesOperation(imageType: "public")).first)
        let subnet = "3f1c6a52-0000-4000-8000-000000000002"
        let layout = PhoneLayout(
            phoneModelName: models[model].name, imageID: image.id, vpcID: "3f1c6a52-0000-4000-8000-000000000001",
            nics: [ServerNIC(subnetID: subnet)], publicAddress: .new(type: "5_bgp"), bandwidth: .own(size: 100),
            keypairName: "farm-key", ports: [PhonePort(name: "game", listenPort: 10_000)])
        return (layout, models[model])
    }

    @Test("a server is bought, gets another specification and other hardware, and is deleted") func lifeOfAServer()
        async throws
    {
        try await Self.run { bench async throws in
            let (layout, model) = try await Self.layout(bench.client)
            let order = try await bench.client.send(
                CreateNet2CloudPhoneServerOperation(
                    serverName: "bought", serverModelName: try #require(model.serverModelName),
                    terms: PurchaseTerms(.months(1), isPaidByUse: true, paysAtOnce: true), layout: layout))
            let id = try #require(order.serverIDs.first)
            let made = try await bench.made(id)
            #expect(made.name == "bought" && made.contract?.chargingMode == 1)
            #expect(made.contract?.orderID == order.orderID)
            let phones = try await bench.client.all(ListCloudPhonesOperation(serverID: id))
            #expect(phones.count == 2)

            let (larger, largerModel) = try await Self.layout(bench.client, model: 1)
            _ = try await bench.client.send(
                ChangeCloudPhoneServerModelOperation(
                    serverID: id, serverModelName: try #require(largerModel.serverModelName),
                    phoneModelName: largerModel.name))
            while try await bench.made(id).phoneModelName != largerModel.name {
                try await Task.sleep(for: .milliseconds(5))
            }
            let change = try await bench.client.send(
                ChangeCloudPhoneServerOperation(serverID: id, layout: larger))
            #expect(try await bench.finish(change, .hardware) == [.success(nil)])
            let others = try await bench.client.all(ListCloudPhonesOperation(serverID: id))
            #expect(others.count == 2 && Set(others.map(\.id)).isDisjoint(with: phones.map(\.id)))

            let gone = [id, bench.servers[0]]
            let deletion = try await bench.client.send(DeleteCloudPhoneServerOperation(serverIDs: gone))
            #expect(deletion.matched(to: gone).outcomes.count == 2)
            #expect(try await bench.finish(deletion, DeleteCloudPhoneServerOperation.jobKind) == [.success(nil)])
            let left = try await bench.client.all(ListCloudPhoneServersOperation())
            #expect(left.map(\.id) == [bench.servers[1]])
        }
    }

    @Test("an order beyond the quota is told with its code and what it means") func quota() async throws {
        try await Self.run {
            $0.serverQuota = 2
        } _: { bench async throws in
            let (layout, model) = try await Self.layout(bench.client)
            let order = CreateNet2CloudPhoneServerOperation(
                serverName: "bought", serverModelName: try #require(model.serverModelName),
                terms: PurchaseTerms(.months(1)), layout: layout)
            let error = await #expect(throws: CloudError.self) { try await bench.client.send(order) }
            #expect(error?.code == "CPS.0065" && error?.mayHaveRun == false)
        }
    }

    @Test("images are shared, accepted and used, and events are authorised, by name") func imagesAndEvents()
        async throws
    {
        try await Self.run { bench async throws in
            let own = await bench.cloud.addImage("nightly")
            let offered = await bench.cloud.offerImage("golden", from: String(repeating: "e", count: 32))
            let member = String(repeating: "d", count: 32)
            let call = { (name: String, given: [String: String]) in
                let operation = try OperationCatalog.operation(named: name)
                let read = operation.arguments(reading: given.map { ($0.key, $0.value) })
                #expect(read.faults == [])
                return try await bench.client.call(name, read.given)
            }
            _ = try await call("AddImageMember", ["image_id": own, "member": member])
            let members = try await call("ListImageMembers", ["image_id": own, "limit": "1"])
            #expect(members.json["members"]?.elements?.first?["member_id"]?.text == member)
            _ = try await call("DeleteImageMember", ["image_id": own, "member_id": member])
            _ = try await call("UpdateImageMember", ["image_id": offered, "status": "accepted"])
            let reset = try await call(
                "ResetCloudPhone", ["image_id": offered, "phones": #"[{"phone_id":"\#(bench.phones[0])"}]"#])
            let started = try #require(reset.started)
            #expect(try await bench.finish(started, .power) == [.success(nil)])
            let detail = try await bench.client.send(ShowCloudPhoneDetailOperation(phoneID: bench.phones[0]))
            #expect(detail.phone.imageID == offered)

            let event = await bench.cloud.publishEvent(onServer: bench.servers[0])
            let waiting = try await call("ListScheduledEvents", ["state": "inquiring,scheduled"])
            #expect(waiting.json["count"] == 1)
            _ = try await call(
                "AuthorizeScheduledEvent", ["event_id": event, "authorization_type": "maintenance"])
            while try await bench.client.send(ListScheduledEventsOperation(eventID: event)).elements[0].state
                != "completed"
            { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test("traffic, disks and file systems are set on phones and servers") func settings() async throws {
        try await Self.run { bench async throws in
            let files = bench.cloud.options.fileSystems[0]
            let traffic = try await bench.client.send(ImportTrafficOperation(phoneIDs: bench.phones, isRouted: true))
            #expect(try await bench.finish(traffic, .setting) == bench.phones.map { _ in .success(nil) })
            let disks = try await bench.client.send(
                ExpandPhoneDataVolumeSizeOperation(phoneIDs: bench.phones, newSize: 100))
            #expect(try await bench.finish(disks, .setting).count == 4)
            let small = try await bench.client.send(
                ExpandPhoneDataVolumeSizeOperation(phoneIDs: [bench.phones[0]], newSize: 99))
            #expect(small.elements.compactMap(\.jobID) == [])
            let mount = try await bench.client.send(
                AttachShareFilesystemOperation(fileSystemID: files, serverIDs: bench.servers, path: "/builds"))
            #expect(try await bench.finish(mount, .setting) == [.success(nil), .success(nil)])
            let unmount = try await bench.client.send(
                DetachShareFilesystemOperation(fileSystemID: files, serverIDs: bench.servers))
            #expect(try await bench.finish(unmount, .setting) == [.success(nil), .success(nil)])
            let infos = try await bench.client.send(
                BatchShowPhoneConnectInfosOperation(
                    phoneIDs: [bench.phones[0], String(repeating: "0", count: 32)], clientType: .android))
            #expect(infos.connections.map(\.phoneID) == [bench.phones[0]])
            #expect(infos.refusals.values.map(\.code) == ["CPS.0005"])
            let offerings = try await bench.client.all(ListCloudPhoneServerModelOfferingsOperation(limit: 1))
            #expect(offerings.count == 3 && offerings.contains { !$0.isAvailable })
        }
    }

    @Test("servers are found and counted by tags and name, page by page") func tags() async throws {
        try await Self.run { bench async throws in
            for server in bench.servers {
                _ = try await bench.client.send(
                    BatchCreateTagsOperation(serverID: server, tags: [ResourceTag(key: "team", value: "qa")]))
            }
            let byTag = ListResourceInstancesOperation(tags: [TagValues(key: "team", values: ["qa", "dev"])], limit: 1)
            #expect(try await bench.client.all(byTag).map(\.id) == bench.servers)
            var counting = byTag
            counting.countsOnly = true
            let count = try await bench.client.send(counting)
            #expect(count.total == 2 && count.elements == [])
            let named = ListResourceInstancesOperation(resourceName: await bench.cloud.serverNames[1])
            #expect(try await bench.client.all(named).map(\.id) == [bench.servers[1]])
            #expect(try await bench.client.all(ListResourceInstancesOperation(isUntagged: true)) == [])
        }
    }
}
