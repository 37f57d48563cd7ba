@main
struct Drover {
    static func main() {}
}
