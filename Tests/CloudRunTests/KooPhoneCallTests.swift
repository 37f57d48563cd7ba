import CloudPhone
import DroverTesting
import JSON
import KooPhone
import Lanes
import Secrets
import Simulator
import Testing

@Suite("drover's calls of KooPhone, against a simulated cloud", .timeLimit(.minutes(2)))
struct KooPhoneCallTests {
    private struct Bench {
        let cloud: SimulatedCloud
        let client: CloudClient
        let watch: JobWatch
        let ids: [String]

        /// Waits for every job of a call.
        func finish(_ call: StartedCall) async throws -> [JobResult.Outcome] {
            await watch.watch(WatchedCall(call, kind: .shell))
            var outcomes: [JobResult.Outcome] = []
            for id in call.elements.compactMap(\.jobID) { outcomes.append(try await watch.result(of: id).outcome) }
            return outcomes
        }

        func states() async throws -> [InstanceStatus?] {
            try await client.send(BatchShowInstanceOperation(instanceIDs: ids)).entries.map(\.status)
        }

        /// Waits until all instances can be used.
        func ready() async throws {
            while try await states().contains(where: { $0 != .ready }) { try await Task.sleep(for: .milliseconds(5)) }
        }

        func refusal(_ body: () async throws -> Void) async -> CloudError? {
            do {
                try await body()
                return nil
            } catch { return error as? CloudError }
        }
    }

    private static func run(
        scope: TokenScope = .domain, path: String = "/koophone", _ change: (inout CloudOptions) -> Void = { _ in },
        _ test: (Bench) async throws -> Void
    ) async throws {
        var options = CloudOptions()
        options.servers = 0
        options.koophones = 3
        options.users = [CloudFarm.user]
        options.writesPerMinute = nil
        options.opensADB = false
        options.koophonePath = path
        change(&options)
        let lane = try Lane(name: "koophone")
        let cloud = SimulatedCloud(options, objects: ObjectsInMemory(), lanes: [lane])
        let base = "http://\(try await cloud.start())"
        let account = try CloudAccount(
            name: "single", region: options.region,
            endpoints: CloudEndpoints(region: options.region, iam: base, obs: base, koophone: base + path),
            login: .password(account: "studio", user: "robot", CloudFarm.user.password), scope: scope,
            limits: CloudLimits(syncPerMinute: 1000, writesPerMinute: 1000, readsPerSecond: 1000))
        let client = try CloudClient(
            account, on: lane, options: CloudClientOptions(retry: CloudRetryPolicy(firstPause: .milliseconds(1))))
        let watch = JobWatch(client, options: JobWatchOptions(scale: 0.01), question: .tasks)
        let bench = Bench(cloud: cloud, client: client, watch: watch, ids: await cloud.instanceIDs)
        try await test(bench)
        await cloud.stop()
    }

    @Test func `instances are listed page by page, by pool and by name`() async throws {
        try await Self.run { options in
            options.koophones = 230
            options.koophonesPerPool = 200
        } _: { bench in
            let all = try await bench.client.all(ListInstancesOperation())
            #expect(all.map(\.id) == bench.ids && all.count == 230)
            #expect(bench.cloud.record.count("ListInstances") == 3)
            let right1 = try await bench.client.all(ListInstancesOperation(poolName: "pool-2")).count == 30
            #expect(right1)
            #expect(
                try await bench.client.all(ListInstancesOperation(instanceName: "kp-0007")).map(\.id) == [bench.ids[6]])
            let byName = try await bench.client.callAll(KooPhoneCatalog.operation(named: "ListInstances"), [:])
            #expect(byName?.count == 230)
        }
    }

    @Test func `restarts, resets, backups and restorations are seen by states`() async throws {
        try await Self.run { bench in
            let right2 = try await bench.states() == [.ready, .ready, .ready]
            #expect(right2)
            await bench.cloud.setState(5, ofInstance: bench.ids[1])
            let busy = await bench.refusal {
                _ = try await bench.client.send(BatchRebootInstanceOperation(instanceIDs: bench.ids))
            }
            #expect(busy?.code == "KOOPHONE.API.1000" && busy?.status == 400)
            await bench.cloud.setState(0, ofInstance: bench.ids[1])
            let restart = try await bench.client.send(BatchRebootInstanceOperation(instanceIDs: bench.ids))
            #expect(restart.matched(to: bench.ids).outcomes.values.allSatisfy { $0 == .accepted })
            #expect(!restart.requestID.isEmpty)
            try await bench.ready()
            _ = try await bench.client.send(BatchResetInstanceOperation(instanceIDs: bench.ids))
            try await bench.ready()
            #expect(bench.cloud.record.phones.values.allSatisfy { $0.restarts == 1 && $0.resets == 1 })
            _ = try await bench.client.send(BatchBackupInstancesOperation(instanceIDs: bench.ids))
            try await bench.ready()
            let right3 = try await bench.client.all(ListInstancesOperation()).map(\.backup) == [2, 2, 2]
            #expect(right3)
            _ = try await bench.client.send(BatchPrepareInstancesOperation(userID: "u", instanceIDs: [bench.ids[0]]))
            try await bench.ready()
            let progress = try await bench.client.send(ShowProgressOperation(instanceID: bench.ids[0]))
            #expect(progress.json["status"] == 0)
            let right4 = try await bench.client.all(ListInstancesOperation()).map(\.restore) == [2, nil, nil]
            #expect(right4)
        }
    }

    @Test func `lines run at once or as jobs of a task, each instance with its own end`() async throws {
        try await Self.run { bench in
            let quick = try await bench.client.send(
                SyncInvokeInstanceOperation(line: "echo hello", instanceIDs: bench.ids))
            #expect(quick.results.map(\.instanceID) == bench.ids)
            #expect(quick.results.allSatisfy { $0.status == .success && $0.output?.text == "hello\n" })
            let wrong = try await bench.client.send(
                SyncInvokeInstanceOperation(line: "ls /nowhere", instanceIDs: [bench.ids[0]]))
            #expect(wrong.results[0].status == .failed && wrong.results[0].output?.text.contains("nowhere") == true)
            await bench.cloud.setState(6, ofInstance: bench.ids[2])
            let call = try await bench.client.send(
                AsyncInvokeInstanceOperation(line: "echo hello", instanceIDs: bench.ids))
            let ends = try await bench.finish(call)
            #expect(ends[0] == .success(CommandOutput("hello\n")) && ends[1] == ends[0])
            guard case .failed(let fault, _) = ends[2] else { return #expect(Bool(false), "\(ends[2])") }
            #expect(fault.code == "KOOPHONE.API.1000")
        }
    }

    @Test func `users get instances and lose them, and instances are ordered and deleted`() async throws {
        try await Self.run { bench in
            let pair = UserInstance(userID: "anna", instanceID: bench.ids[0])
            _ = try await bench.client.send(ProvisionInstanceOperation(pairs: [pair]))
            #expect(await bench.cloud.user(ofInstance: bench.ids[0]) == "anna")
            let other = UserInstance(userID: "bert", instanceID: bench.ids[0])
            let refusal = await bench.refusal {
                _ = try await bench.client.send(CancelInstanceOperation(pairs: [other]))
            }
            #expect(refusal?.code == "KOOPHONE.API.1001")
            _ = try await bench.client.send(CancelInstanceOperation(pairs: [pair]))
            let right5 = try await bench.states()[0] == .toBeAssigned
            #expect(right5)
            let made = try await bench.client.send(CreateInstanceOperation(order: ["count": 2, "sku_id": "x"]))
            #expect(made.json["instance_infos"]?.elements?.count == 2)
            _ = try await bench.client.send(DeleteInstanceOperation(instanceIDs: [bench.ids[1]]))
            let right6 = try await bench.client.all(ListInstancesOperation()).count == 4
            #expect(right6)
            let right7 = try await bench.client.send(BatchShowSkuOperation()).json["skus"] != nil
            #expect(right7)
        }
    }

    @Test func `sessions, streams, connections and video belong to one instance`() async throws {
        try await Self.run { bench in
            let id = bench.ids[0]
            _ = try await bench.client.send(StopInstancesSessionOperation(instanceID: id))
            _ = try await bench.client.send(StopInstancesStreamingOperation(instanceID: id))
            let settings: [JSONValue] = [["network_type": "WIFI", "encoding_type": "H264"]]
            _ = try await bench.client.send(SetVideoOperation(instanceIDs: [id], settings: settings))
            #expect(await bench.cloud.videoSettings(ofInstance: id)?.contains("H264") == true)
            let opened = try await bench.client.send(ExecuteInstanceAuthTokenOperation(instanceID: id))
            #expect(opened.json["resource"]?["token"]?.text?.isEmpty == false)
            let apps = try await bench.client.all(ListInstanceAppOperation(instanceID: id))
            #expect(apps.allSatisfy { !$0.package.isEmpty })
            let refusal = await bench.refusal {
                _ = try await bench.client.send(StopInstancesStreamingOperation(instanceID: "nobody"))
            }
            #expect(refusal?.code == "KOOPHONE.API.1001" && refusal?.advice?.contains("list the instances") == true)
        }
    }

    @Test func `every operation of the catalog meets one of the simulated cloud`() async throws {
        try await Self.run { bench in
            for operation in KooPhoneCatalog.all {
                var given: [String: JSONValue] = [:]
                for argument in operation.arguments where argument.mustBeGiven {
                    given[argument.field.name] =
                        switch argument.field.name {
                        case "user_instances": [["user_id": "u", "instance_id": "nobody"]]
                        case "instance_settings": [["network_type": "WIFI"]]
                        case "command": "id"
                        case "file_name": "a.apk"
                        case "object_name": "com.example.app"
                        case "object_size": "1"
                        default: argument.field.kind == .list(.text) ? ["nobody"] : "nobody"
                        }
                }
                do { _ = try await bench.client.call(operation, given) } catch let error as CloudError {
                    #expect(error.code?.hasPrefix("KOOPHONE.API.100") == true, "\(operation): \(error)")
                }
            }
            #expect(bench.cloud.record.unknown == 0)
            #expect(Set(bench.cloud.record.calls.map(\.operation)).count == KooPhoneCatalog.all.count + 1)
        }
    }

    @Test func `a no in an answer of success is a no`() async throws {
        try await Self.run { bench in
            await bench.cloud.add(CloudFault(.saysNo(code: "KOOPHONE.API.1001"), operations: ["BatchShowInstance"]))
            let refusal = await bench.refusal { _ = try await bench.states() }
            #expect(refusal?.code == "KOOPHONE.API.1001" && refusal?.status == 200 && refusal?.mayHaveRun == false)
            // What only looks is asked again after the service's own failure, and what does something is not.
            await bench.cloud.add(CloudFault(.saysNo(code: "KOOPHONE.API.9999"), operations: ["BatchShowInstance"]))
            let right8 = try await bench.states().count == 3
            #expect(right8)
            await bench.cloud.add(CloudFault(.saysNo(code: "KOOPHONE.API.9999"), operations: ["BatchRebootInstance"]))
            let unknown = await bench.refusal {
                _ = try await bench.client.send(BatchRebootInstanceOperation(instanceIDs: bench.ids))
            }
            #expect(unknown?.mayHaveRun == true)
            #expect(bench.cloud.record.count("BatchRebootInstance") == 1)
        }
    }

    @Test func `flow limits are waited for, and an answer that is lost leaves the outcome unknown`() async throws {
        try await Self.run { bench in
            await bench.cloud.add(CloudFault(.dropsAnswer, operations: ["BatchRebootInstance"]))
            let lost = await bench.refusal {
                _ = try await bench.client.send(BatchRebootInstanceOperation(instanceIDs: bench.ids))
            }
            #expect(lost?.mayHaveRun == true)
            await bench.cloud.add(CloudFault(.tokenDies, operations: ["ListInstances"]))
            let right9 = try await bench.client.all(ListInstancesOperation()).count == 3
            #expect(right9)
            #expect(bench.cloud.record.count("CreateToken") == 2)
        }
    }

    @Test func `a token of a project opens nothing, and no other path is asked`() async throws {
        try await Self.run(scope: .project) { bench in
            let refusal = await bench.refusal { _ = try await bench.states() }
            #expect(refusal?.code == "APIGW.0302" && refusal?.status == 403)
        }
        try await Self.run(path: "") { bench in
            let right10 = try await bench.states().count == 3
            #expect(right10)
        }
    }

    @Test func `without an address nothing is asked`() async throws {
        let lane = try Lane(name: "nowhere")
        let account = try CloudAccount(
            name: "single", region: "cn-north-4", login: .token(Secret(name: "t", "t")), scope: .domain)
        let client = try CloudClient(account, on: lane)
        let error = await #expect(throws: CloudError.self) { _ = try await client.send(BatchShowSkuOperation()) }
        #expect(error?.kind == .badRequest && error?.advice?.contains("endpoints: { koophone") == true)
    }
}
