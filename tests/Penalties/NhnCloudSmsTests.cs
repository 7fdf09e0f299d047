using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Penalties.Outside;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Penalties.Tests;

public sealed class NhnCloudSmsTests
{
    private const string To = "+821012345678";
    private const string Key = "case-1-sms-1";

    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly DateTimeOffset Now = new(2026, 9, 21, 0, 30, 0, TimeSpan.Zero);
    private static readonly FeedbackMessage Message = new("제목", "본문", "test@1");

    private readonly NhnTwin _nhn = new();
    private readonly FakeTimeProvider _clock = new(Now);

    private readonly NhnCloudOptions _options = new()
    {
        BaseUrl = new("http://nhn.test/gateway"),
        AppKey = "app/key",
        SecretKey = "secret-key",
        SenderNumber = "15771577",
        WebhookSignature = "signature",
    };

    [Fact]
    public async Task A_reservation_is_our_key_with_its_time_and_asks_nobody()
    {
        Assert.Equal($"{Key}@{Now.ToUnixTimeSeconds()}", await Sms().Reserve(Key, default));
        Assert.Empty(_nhn.Requests);
    }

    [Fact]
    public async Task An_order_goes_to_the_address_of_long_texts_under_the_key_and_in_national_digits()
    {
        var progress = await Send(await Reserve());

        Assert.Equal(new SmsProgress(IsSent: true, HasMessage: true, SmsDelivery.Underway, StatusCode: null, RefusedWith: null), progress);
        var order = Assert.Single(_nhn.Orders);
        Assert.Equal("/gateway/sms/v3.0/appKeys/app%2Fkey/sender/mms", order.Path);
        Assert.Equal(("secret-key", Key), (order.Headers["X-Secret-Key"], order.Headers["X-NC-API-IDEMPOTENCY-KEY"]));
        Assert.Equal(
            """{"title":"제목","body":"본문","sendNo":"15771577","senderGroupingKey":"case-1-sms-1","recipientList":"""
            + """[{"recipientNo":"01012345678","countryCode":"82"}]}""",
            order.Body!.ToJsonString(AsWritten));
    }

    [Fact]
    public async Task A_look_asks_for_the_key_a_day_around_the_reservation_in_korean_time()
    {
        await Sms().Look(await Reserve(), default);

        var look = Assert.Single(_nhn.Requests);
        Assert.Equal(("secret-key", HttpMethod.Get), (look.Headers["X-Secret-Key"], look.Method));
        Assert.Equal(
            ("2026-09-20 09:30:00", "2026-09-22 09:30:00", Key), (look.Query["startCreateDate"], look.Query["endCreateDate"], look.Query["senderGroupingKey"]));
    }

    [Fact]
    public async Task A_message_that_is_found_is_not_ordered_again()
    {
        _nhn.Messages.Add(NhnTwin.Message(Key, "3", "1000"));

        var progress = await Send(await Reserve());

        Assert.Equal((true, SmsDelivery.Delivered, "3/1000"), (progress.IsSent, progress.Delivery, progress.StatusCode));
        Assert.Empty(_nhn.Orders);
    }

    [Fact]
    public async Task An_order_refused_as_a_repeat_is_looked_up()
    {
        _nhn.OnOrder = () =>
        {
            _nhn.Messages.Add(NhnTwin.Message(Key, "2", null));
            return NhnTwin.Refused(-1005);
        };

        var progress = await Send(await Reserve());

        Assert.Equal((true, SmsDelivery.Underway, null), (progress.IsSent, progress.Delivery, progress.RefusedWith));
    }

    [Fact]
    public async Task A_repeat_that_cannot_be_found_is_no_success_and_in_the_end_unknown()
    {
        _nhn.OnOrder = () => NhnTwin.Refused(-1005);
        var reference = await Reserve();

        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Send(reference));
        Assert.Equal("repeated_and_not_found", fault.Code);

        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.True((await Send(reference)).IsUnknown);
        Assert.Single(_nhn.Orders);
    }

    [Theory]
    [InlineData(-2015)]
    [InlineData(-2016)]
    [InlineData(-2022)]
    [InlineData(-2023)]
    [InlineData(-2024)]
    [InlineData(-2312)]
    [InlineData(-2313)]
    [InlineData(4)]
    public async Task An_order_that_would_be_refused_again_is_refused_with_the_providers_number(int code)
    {
        _nhn.OnOrder = () => NhnTwin.Refused(code);

        var progress = await Send(await Reserve());

        Assert.Equal((false, $"{code}", false), (progress.IsSent, progress.RefusedWith, progress.IsUnknown));
    }

    [Fact]
    public async Task A_recipient_that_is_refused_within_an_order_that_succeeds_is_refused()
    {
        _nhn.OnOrder = () => NhnTwin.Ordered(-2019);

        var progress = await Send(await Reserve());

        Assert.Equal((false, "-2019"), (progress.IsSent, progress.RefusedWith));
    }

    [Fact]
    public async Task A_recipient_without_a_code_is_taken()
    {
        _nhn.OnOrder = () => NhnTwin.Ordered(null);
        Assert.True((await Send(await Reserve())).IsSent);
    }

    [Theory]
    [InlineData(-1001)]
    [InlineData(-1008)]
    [InlineData(-2021)]
    [InlineData(-2052)]
    [InlineData(-9999)]
    public async Task What_others_mend_is_tried_again_and_says_nothing_of_the_providers_words(int code)
    {
        _nhn.OnOrder = () => NhnTwin.Refused(code, "01012345678 is not allowed");

        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(async () => await Send(await Reserve()));

        Assert.Equal($"result_{code}", fault.Code);
        Assert.DoesNotContain("01012345678", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "http_401")]
    [InlineData(HttpStatusCode.TooManyRequests, "http_429")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "http_503")]
    public async Task Another_status_is_no_answer(HttpStatusCode status, string code)
    {
        _nhn.OnOrder = () => NhnTwin.Answer(new { }, status);
        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(async () => await Send(await Reserve()));
        Assert.Equal(code, fault.Code);
    }

    [Fact]
    public async Task An_answer_without_a_header_and_one_that_is_no_json_are_none()
    {
        _nhn.OnOrder = () => NhnTwin.Answer(new { });
        Assert.Equal("bad_answer", (await Assert.ThrowsAsync<OutsideSystemUnavailableException>(async () => await Send(await Reserve()))).Code);

        _nhn.OnList = () => new(HttpStatusCode.OK) { Content = new StringContent("<html>", null, "application/json") };
        Assert.Equal("bad_answer", (await Assert.ThrowsAsync<OutsideSystemUnavailableException>(async () => await Send(await Reserve()))).Code);

        _nhn.OnList = () => NhnTwin.Answer(new { header = new { isSuccessful = true, resultCode = 0 } });
        Assert.Equal("bad_answer", (await Assert.ThrowsAsync<OutsideSystemUnavailableException>(async () => await Send(await Reserve()))).Code);
        Assert.Single(_nhn.Orders);
    }

    [Fact]
    public async Task A_look_that_is_refused_orders_nothing()
    {
        _nhn.OnList = () => NhnTwin.Refused(-1005);

        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(async () => await Send(await Reserve()));

        Assert.Equal("result_-1005", fault.Code);
        Assert.Empty(_nhn.Orders);
    }

    [Fact]
    public async Task A_list_that_says_there_is_no_such_data_is_empty()
    {
        _nhn.OnList = () => NhnTwin.Refused(-2007);
        Assert.True((await Send(await Reserve())).IsSent);
        Assert.Single(_nhn.Orders);
    }

    [Fact]
    public async Task Nothing_is_ordered_once_it_may_not_be()
    {
        var progress = await Send(await Reserve(), mayStillSend: false);

        Assert.Equal((false, false, null, false), (progress.IsSent, progress.HasMessage, progress.RefusedWith, progress.IsUnknown));
        Assert.Empty(_nhn.Orders);
    }

    [Theory]
    [InlineData(539, 540, false)]
    [InlineData(540, 540, true)]
    [InlineData(2, 2, true)]
    [InlineData(1, 2, false)]
    public async Task A_message_that_cannot_be_found_is_ordered_within_the_window_and_unknown_after_it(int seconds, int window, bool unknown)
    {
        _options.RepeatWindow = TimeSpan.FromSeconds(window);
        var reference = await Reserve();
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        var looked = await Sms().Look(reference, default);
        var sent = await Send(reference);

        Assert.Equal((unknown, unknown, !unknown), (looked.IsUnknown, sent.IsUnknown, sent.IsSent));
        Assert.Equal(unknown ? 0 : 1, _nhn.Orders.Count());
    }

    [Fact]
    public async Task What_is_found_after_the_window_is_known()
    {
        var reference = await Reserve();
        _clock.Advance(TimeSpan.FromHours(80));
        _nhn.Messages.Add(NhnTwin.Message(Key, "3", "3001"));

        var progress = await Sms().Look(reference, default);

        Assert.Equal((true, SmsDelivery.Failed, "3/3001", false), (progress.IsSent, progress.Delivery, progress.StatusCode, progress.IsUnknown));
    }

    [Theory]
    [InlineData("G4V20260921093000ABCDEFGHIJKLMNO")]
    [InlineData("@1790000000")]
    [InlineData("case-1-sms-1@")]
    [InlineData("case-1-sms-1@soon")]
    [InlineData("case-1-sms-1@-5")]
    [InlineData("case-1-sms-1@999999999999999")]
    public async Task What_was_reserved_elsewhere_is_unknown_and_never_ordered(string reference)
    {
        Assert.True((await Sms().Look(reference, default)).IsUnknown);
        Assert.True((await Send(reference)).IsUnknown);
        Assert.Empty(_nhn.Requests);
    }

    [Fact]
    public async Task Messages_are_looked_through_page_by_page_and_other_keys_are_none_of_ours()
    {
        _nhn.PageSize = 2;
        _nhn.Messages.AddRange(Enumerable.Range(1, 5).Select(number => NhnTwin.Message($"case-{number}-sms-2", "3", "1000")));
        _nhn.Messages.Add(NhnTwin.Message(Key, "2", null));

        var progress = await Send(await Reserve());

        Assert.Equal((true, "2/"), (progress.IsSent, progress.StatusCode));
        Assert.Equal(["1", "2", "3"], _nhn.Requests.Select(request => request.Query["pageNum"]));
    }

    [Fact]
    public async Task Only_messages_of_others_are_no_message()
    {
        _nhn.Messages.AddRange([NhnTwin.Message("case-2-sms-1", "3", "1000"), NhnTwin.Message(null, "3", "1000"), NhnTwin.Message($"{Key}1", "3", "1000")]);
        Assert.Null((await Send(await Reserve())).StatusCode);
        Assert.Single(_nhn.Orders);
    }

    [Fact]
    public async Task A_list_too_long_to_be_looked_through_is_no_proof_that_nothing_was_ordered()
    {
        _nhn.PageSize = 1;
        _nhn.Messages.AddRange(Enumerable.Range(1, 11).Select(number => NhnTwin.Message($"case-{number}-sms-2", "3", "1000")));

        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(async () => await Send(await Reserve()));

        Assert.Equal("too_many_messages", fault.Code);
        Assert.Empty(_nhn.Orders);
    }

    [Theory]
    [InlineData("3/3001", "3/1000", SmsDelivery.Delivered)]
    [InlineData("5/E915", "3/1000", SmsDelivery.Delivered)]
    [InlineData("2/", "0/E999", SmsDelivery.Underway)]
    [InlineData("3/3001", "0/E999", SmsDelivery.Failed)]
    public async Task Of_several_messages_the_one_that_came_furthest_counts(string first, string second, SmsDelivery delivery)
    {
        _nhn.Messages.AddRange(new[] { first, second }.Select(code => code.Split('/')).Select(code => NhnTwin.Message(Key, code[0], code[1])));
        Assert.Equal(delivery, (await Sms().Look(await Reserve(), default)).Delivery);
    }

    [Fact]
    public async Task A_balance_is_not_told() => Assert.Null(await Sms().Balance(default));

    [Fact]
    public void Settings_name_what_is_wrong_with_them()
    {
        Assert.Empty(_options.Problems());

        var wrong = new NhnCloudOptions { BaseUrl = new("ftp://nhn.test"), SenderNumber = "1577-1577", RepeatWindow = TimeSpan.FromMinutes(10) };

        Assert.Equal(
            ["NhnCloud:BaseUrl", "NhnCloud:AppKey", "NhnCloud:SecretKey", "NhnCloud:SenderNumber", "NhnCloud:WebhookSignature", "NhnCloud:RepeatWindow"],
            wrong.Problems().Select(problem => problem.Split(' ')[0]));
    }

    private NhnCloudSms Sms() => new(new HttpClient(_nhn), Options.Create(_options), _clock);

    private Task<string> Reserve() => Sms().Reserve(Key, default);

    private Task<SmsProgress> Send(string reference, bool mayStillSend = true) =>
        Sms().Send(reference, To, Message, () => Task.FromResult(mayStillSend), default);
}
