namespace Model.Tests.Fuzz;

/// <summary>A customer who exists only here. Whatever is personal carries a mark by which <see cref="Traces"/> finds it again.</summary>
internal sealed record Person(
    string CustomerId, string Name, IReadOnlyList<string> Phone, string OtherPhone, string Origin, string Destination, string Text, string Purpose)
{
    /// <summary>Syllables no text of the product has.</summary>
    public const string Marks = "꿻뛟쀓쌃쩗쿍퓱휅뇷둷뤫뮓뱗솳욃쥫챃캏턻퍣";

    /// <summary>How every customer's id begins.</summary>
    public const string IdMark = "C-kq7x";

    public static readonly IReadOnlyList<Person> All = [.. Enumerable.Range(0, 5).Select(Of)];

    private static Person Of(int i)
    {
        var mark = Marks.Substring(4 * i, 4);
        var (middle, last) = ($"{7391 + i}", $"{8264 - i}");
        return new(
            $"{IdMark}{i}",
            $"{mark[..3]}",
            [
                $"010-{middle}-{last}", $"010{middle}{last}", $"+8210{middle}{last}", $"+82 10-{middle}-{last}", $"(010) {middle} {last}", $"010.{middle}.{last}",
                Wide($"010-{middle}-{last}"),
            ],
            $"016-{432 + i}-{last}",
            $"서울 {mark[3]}{mark[0]}구 {mark[1]}로 {12 + i}",
            $"경기 {mark[2]}{mark[3]}시 {mark[0]}대로 {345 + i}",
            $"기사 {mark[1]}{mark[2]} 님이 \"{mark[3]}\" 하며 \\ 욕설\n{mark[0]}{mark[1]} {mark[2]}. 전화 010 {middle} {last}",
            $"{mark[2]}{mark[1]} 문의 연락");
    }

    /// <summary>As a Korean keyboard writes them.</summary>
    private static string Wide(string digits) => string.Concat(digits.Select(c => char.IsAsciiDigit(c) ? (char)(c - '0' + '０') : c));
}
