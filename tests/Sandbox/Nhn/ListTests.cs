namespace Sandbox.Tests.Nhn;

public sealed class ListTests : IAsyncLifetime
{
    private World _world = null!;
    private NhnCaller _nhn = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start();
        _nhn = new(_world);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_message_is_shown_with_its_keys_status_and_result()
    {
        var requestId = await _nhn.OrderOne(NhnCaller.Lms(key: "case-1:1"));

        var answer = await _nhn.List();

        Assert.Equal((1, 15, 1), ((int)answer["body"]!["pageNum"]!, (int)answer["body"]!["pageSize"]!, (int)answer["body"]!["totalCount"]!));
        var row = Assert.Single(answer["body"]!["data"]!.AsArray())!;
        Assert.Equal((requestId, "case-1:1", 1), ((string?)row["requestId"], (string?)row["senderGroupingKey"], (int)row["recipientSeq"]!));
        Assert.Equal(("3", "1000", "LMS"), ((string?)row["msgStatus"], (string?)row["resultCode"], (string?)row["messageType"]));
        Assert.Equal(("제목", "본문", NhnCaller.To), ((string?)row["title"], (string?)row["body"], (string?)row["recipientNo"]));
    }

    [Fact]
    public async Task Messages_are_found_by_their_filters()
    {
        var first = await _nhn.OrderOne(NhnCaller.Lms(key: "a", to: "01011112222"));
        var second = await _nhn.OrderOne(NhnCaller.Lms(key: "b"));
        await _world.Sandbox.NextSms(LocalHost.Sandbox.SmsResult.Stays);
        var third = await _nhn.OrderOne(NhnCaller.Lms(from: "15779999"));

        Assert.Equal([third, second, first], await Found());
        Assert.Equal([second], await Found(("senderGroupingKey", "b")));
        Assert.Equal([first], await Found(("recipientNo", "01011112222")));
        Assert.Equal([third], await Found(("sendNo", "15779999")));
        Assert.Equal([third], await Found(("msgStatus", "2")));
        Assert.Equal([first], await Found(("requestId", first)));
        Assert.Empty(await Found(("senderGroupingKey", "c")));
    }

    [Fact]
    public async Task Messages_are_shown_page_by_page()
    {
        var ids = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            ids.Insert(0, await _nhn.OrderOne(NhnCaller.Lms()));
        }

        Assert.Equal(ids[..2], await Found(("pageSize", "2")));
        Assert.Equal(ids[4..], await Found(("pageSize", "2"), ("pageNum", "3")));
        Assert.Empty(await Found(("pageSize", "2"), ("pageNum", "4")));
        Assert.Equal(5, (int)(await _nhn.List(("pageSize", "2")))["body"]!["totalCount"]!);
    }

    [Fact]
    public async Task Dates_are_those_of_the_order_by_the_wall_clock_in_korean_time()
    {
        var id = await _nhn.OrderOne(NhnCaller.Lms());
        var now = DateTimeOffset.UtcNow;

        Assert.Equal([id], await Found(("startRequestDate", NhnCaller.Date(now.AddMinutes(-5))), ("endRequestDate", NhnCaller.Date(now.AddMinutes(5)))));
        Assert.Empty(await Found(("startCreateDate", NhnCaller.Date(now.AddMinutes(5))), ("endCreateDate", NhnCaller.Date(now.AddMinutes(10)))));
        Assert.Empty(await Found(("startCreateDate", NhnCaller.Date(now.AddMinutes(-10))), ("endCreateDate", NhnCaller.Date(now.AddMinutes(-5)))));
    }

    [Theory]
    [InlineData("", -2011)]
    [InlineData("?startRequestDate=2026-09-01 00:00:00", -2011)]
    [InlineData("?startRequestDate=2026-09-01&endRequestDate=2026-09-02", -2000)]
    [InlineData("?startRequestDate=2026-09-01 00:00:00&endRequestDate=2026-10-03 00:00:00", -4000)]
    public async Task What_the_list_has_to_be_asked_for_is_a_month_at_most(string query, int code) =>
        Assert.Equal(code, NhnCaller.Code((await _nhn.Ask(HttpMethod.Get, $"sender/mms{query}")).Body));

    private async Task<IEnumerable<string>> Found(params (string Name, string Value)[] query) =>
        (await _nhn.List(query))["body"]!["data"]!.AsArray().Select(row => (string)row!["requestId"]!);
}
