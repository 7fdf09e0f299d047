using LocalHost.Sandbox;

namespace Sandbox.Tests.Nhn;

public sealed class OrderTests : IAsyncLifetime
{
    private World _world = null!;
    private NhnCaller _nhn = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start(new() { Nhn = new() { Senders = [NhnCaller.From] } });
        _nhn = new(_world);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task An_order_is_taken_sent_and_received()
    {
        var (status, answer) = await _nhn.Order(NhnCaller.Lms("안녕하세요", "안내", key: "case-1:1"));

        var data = answer["body"]!["data"]!;
        Assert.Equal((200, true, 0), (status, (bool)answer["header"]!["isSuccessful"]!, NhnCaller.Code(answer)));
        Assert.Equal(("2", "case-1:1", 25), ((string?)data["statusCode"], (string?)data["senderGroupingKey"], ((string)data["requestId"]!).Length));
        var result = Assert.Single(data["sendResultList"]!.AsArray())!;
        Assert.Equal((0, 1, NhnCaller.To), ((int)result["resultCode"]!, (int)result["recipientSeq"]!, (string?)result["recipientNo"]));
        var sms = Assert.Single((await _world.Sandbox.Received(SandboxSystem.Sms)).Sms);
        Assert.Equal(("LMS", NhnCaller.To, NhnCaller.From, "안녕하세요", "안내"), (sms.Type, sms.To, sms.From, sms.Text, sms.Subject));
        Assert.Equal((10, 4, "1000", true), (sms.Bytes, sms.SubjectBytes, sms.StatusCode, sms.Delivered));
        Assert.Equal(((string?)data["requestId"], "case-1:1"), (sms.GroupId, sms.CustomFields["senderGroupingKey"]));
    }

    [Fact]
    public async Task An_order_with_a_key_that_was_used_is_refused()
    {
        await _nhn.Order(NhnCaller.Lms(), "key");

        var (status, again) = await _nhn.Order(NhnCaller.Lms(), "key");
        var (_, other) = await _nhn.Order(NhnCaller.Lms(), "other key");

        Assert.Equal((200, -1005, false), (status, NhnCaller.Code(again), (bool)again["header"]!["isSuccessful"]!));
        Assert.Equal(0, NhnCaller.Code(other));
        Assert.Equal(2, (await _world.Sandbox.Received()).Sms.Count);
    }

    [Fact]
    public async Task An_order_that_is_refused_leaves_its_key_unused()
    {
        await _nhn.Order(NhnCaller.Lms(body: ""), "key");
        Assert.Equal(0, NhnCaller.Code((await _nhn.Order(NhnCaller.Lms(), "key")).Body));
    }

    [Fact]
    public async Task Orders_without_a_key_are_never_repeats()
    {
        await _nhn.Order(NhnCaller.Lms());
        await _nhn.Order(NhnCaller.Lms());
        Assert.Equal(2, (await _world.Sandbox.Received()).Sms.Count);
    }

    [Theory]
    [InlineData(1_000, 20, 0)]
    [InlineData(1_001, 20, -2015)]
    [InlineData(1_000, 21, -2015)]
    [InlineData(0, 20, -2014)]
    [InlineData(1_000, 0, -2014)]
    public async Task Bytes_are_counted_in_euc_kr(int bodySyllables, int titleSyllables, int code) =>
        await HasCode(code, NhnCaller.Lms(new('가', bodySyllables), new('가', titleSyllables)));

    [Theory]
    [InlineData("똠")]
    [InlineData("2026–09–18")]
    [InlineData("😀")]
    public async Task Characters_outside_euc_kr_are_refused(string text) => await HasCode(-2023, NhnCaller.Lms(text));

    [Fact]
    public async Task A_sender_that_is_not_registered_is_refused() => await HasCode(-2312, NhnCaller.Lms(from: "15990000"));

    [Theory]
    [InlineData(0, -2001)]
    [InlineData(1_000, 0)]
    [InlineData(1_001, -2016)]
    public async Task An_order_has_one_to_a_thousand_recipients(int count, int code) => await HasCode(code, new
    {
        title = "제목",
        body = "본문",
        sendNo = NhnCaller.From,
        recipientList = Enumerable.Repeat(new { recipientNo = NhnCaller.To }, count),
    });

    [Theory]
    [InlineData("81", null, -2024)]
    [InlineData("82", "2020-01-01 09:00", -2022)]
    [InlineData("82", "2020-01-01", -2000)]
    public async Task Texts_abroad_and_dates_in_the_past_are_refused(string countryCode, string? requestDate, int code) => await HasCode(code, new
    {
        title = "제목",
        body = "본문",
        sendNo = NhnCaller.From,
        requestDate,
        recipientList = new[] { new { recipientNo = NhnCaller.To, countryCode } },
    });

    [Fact]
    public async Task A_recipient_that_is_no_number_is_refused_by_itself()
    {
        var (_, answer) = await _nhn.Order(new
        {
            title = "제목",
            body = "본문",
            sendNo = NhnCaller.From,
            recipientList = new[] { new { recipientNo = "010-1234-5678" }, new { recipientNo = NhnCaller.To } },
        });

        Assert.Equal(0, NhnCaller.Code(answer));
        Assert.Equal([-2019, 0], answer["body"]!["data"]!["sendResultList"]!.AsArray().Select(result => (int)result!["resultCode"]!));
        Assert.Equal(NhnCaller.To, Assert.Single((await _world.Sandbox.Received()).Sms).To);
    }

    [Theory]
    [InlineData("another secret", null, -1001)]
    [InlineData("", null, -1001)]
    [InlineData(null, "anotherAppKey", -1000)]
    public async Task Wrong_keys_are_refused(string? secretKey, string? appKey, int code)
    {
        var (status, answer) = await _nhn.Ask(HttpMethod.Post, "sender/mms", NhnCaller.Lms(), secretKey: secretKey, appKey: appKey);

        Assert.Equal((200, code), (status, NhnCaller.Code(answer)));
        var received = await _world.Sandbox.Received();
        Assert.Empty(received.Sms);
        var refused = Assert.Single(received.Refused);
        Assert.Equal((SandboxSystem.Sms, SandboxOperations.NhnSend, 200), (refused.System, refused.Operation, refused.Status));
    }

    [Fact]
    public async Task A_body_that_is_no_order_and_an_address_that_is_none_have_their_codes()
    {
        Assert.Equal(-9997, NhnCaller.Code((await _nhn.Ask(HttpMethod.Post, "sender/mms", new[] { 1 })).Body));
        Assert.Equal(-9998, NhnCaller.Code((await _nhn.Ask(HttpMethod.Get, "sender/fax")).Body));
    }

    [Fact]
    public async Task A_fault_speaks_nhns_language()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Sms, Operation = SandboxOperations.NhnSend, Kind = FaultKind.Status, Status = 503 });

        var (status, answer) = await _nhn.Order(NhnCaller.Lms());

        Assert.Equal((503, -9999), (status, NhnCaller.Code(answer)));
        Assert.Empty((await _world.Sandbox.Received()).Sms);
    }

    private async Task HasCode(int code, object order)
    {
        var (status, answer) = await _nhn.Order(order);
        Assert.Equal((200, code), (status, NhnCaller.Code(answer)));
        Assert.Equal(code == 0, (await _world.Sandbox.Received()).Sms.Count > 0);
    }
}
