import Commands

@main
struct Drover {
    static func main() async {
        await DroverProgram.main()
    }
}
