using LocalHost.Sandbox;
using Sandbox.Tests.JavaScript;

namespace Sandbox.Tests.Solapi;

/// <summary>The provider's own client (npm solapi) against the sandbox: it checks answers with its own schemas and refuses what is not Solapi's.</summary>
public sealed class SolapiClientTests(SolapiClientTests.OneRun run) : IClassFixture<SolapiClientTests.OneRun>
{
    [Fact]
    public void One_lms_is_sent_with_its_number_stripped_of_hyphens()
    {
        run.Found.Expect("lms", """
            {"count":{"total":1,"registeredSuccess":1,"registeredFailed":0,"sentTotal":1},"failed":0,"fits":true}
            """);
        var sms = run.SentTo("01012345678")[0];
        Assert.Equal(("LMS", "안내", "안녕하세요\n\n둘째 문단"), (sms.Type, sms.Subject, sms.Text));
    }

    [Fact]
    public void Of_many_each_is_accepted_or_refused_by_itself_and_typed_by_its_length()
    {
        run.Found.Expect("many", """
            {"count":{"total":4,"registeredSuccess":2,"registeredFailed":2,"sentTotal":2},
             "failed":[["01000000003","1062"],["01000000001","1026"]],"list":["2000","2000","1062","1026"],"fits":true}
            """);
        var sms = Assert.Single(run.SentTo("01000000001"));
        Assert.Equal(("SMS", "many-1"), (sms.Type, sms.CustomFields["key"]));
        Assert.Equal("LMS", Assert.Single(run.SentTo("01000000002")).Type);
        Assert.Empty(run.SentTo("01000000003"));
    }

    [Fact]
    public void A_group_has_its_id_and_custom_fields_before_anything_is_sent_and_is_sent_once()
    {
        var groupId = (string?)run.Found["group"]!["groupId"];
        run.Found.Expect("group", $$"""
            {"groupId":"{{groupId}}","added":{"errorCount":0,"codes":["2000"]},"before":"PENDING","sent":"SENDING","after":"COMPLETE",
             "count":{"total":1,"registeredSuccess":1,"registeredFailed":0,"sentTotal":1},"customFields":{"key":"case-1:1"},
             "program":["nodejs","{{run.Platform}}"],
             "messages":[{"to":"01012345678","subject":"안내","statusCode":"4000","autoTypeDetect":false}],"fits":true}
            """);
        run.Found.Expect("groupTwice", """{"_tag":"ClientError","errorCode":"InvalidStatus","httpStatus":400}""");
        run.Found.Expect("noGroup", """{"_tag":"ClientError","errorCode":"ResourceNotFound","httpStatus":404}""");
        var sms = Assert.Single(run.Received.Sms, m => m.GroupId == groupId);
        Assert.Equal(("조치 결과 안내", "case-1:1"), (sms.Text, sms.GroupCustomFields["key"]));
    }

    [Fact]
    public void Messages_are_found_by_every_filter() => run.Found.Expect("list", """
        {"all":6,"byId":[true],"byIds":2,"byNumbers":2,"byType":["같은 번호로 한 번 더","미등록 발신번호","짧은 글"],"byCode":["01000000003"],
         "lately":6,"later":0,"pages":[2,2],"pagesInOrder":true}
        """);

    [Fact]
    public void The_balance_is_told() => run.Found.Expect("balance", "100000");

    [Fact]
    public void A_message_from_an_unregistered_number_comes_back_as_the_clients_own_error()
    {
        run.Found.Expect("refused", """{"_tag":"MessageNotReceivedError","total":1,"codes":["1062"]}""");
        Assert.Empty(run.SentTo("01000000004"));
    }

    [Fact]
    public void Wrong_credentials_are_refused_with_their_codes()
    {
        run.Found.Expect("wrongSecret", """{"_tag":"ClientError","errorCode":"SignatureDoesNotMatch","httpStatus":403}""");
        run.Found.Expect("wrongKey", """{"_tag":"ClientError","errorCode":"InvalidAPIKey","httpStatus":403}""");
    }

    [Fact]
    public void A_send_that_met_503_is_tried_again_and_ends_in_one_message()
    {
        run.Found.Expect("busy", """{"total":1,"registeredSuccess":1,"registeredFailed":0,"sentTotal":1}""");
        Assert.Single(run.SentTo("01000000005"));
    }

    [Fact]
    public void After_four_times_503_the_client_gives_up_and_nothing_is_sent()
    {
        run.Found.Expect("busyForLong", """{"_tag":"DefaultError","errorCode":"RequestFailedAfterRetryError"}""");
        Assert.Empty(run.SentTo("01000000006"));
    }

    /// <summary>Why the app makes a group first: sending at once has no key, and whoever tries again after a lost answer texts twice.</summary>
    [Fact]
    public void A_lost_answer_makes_two_messages_of_one_unless_it_is_a_groups()
    {
        run.Found.Expect("answerLost", """{"total":1,"registeredSuccess":1,"registeredFailed":0,"sentTotal":1}""");
        Assert.Equal(2, run.SentTo("01000000007").Count);

        run.Found.Expect("answerOfGroupLost", """
            {"error":{"_tag":"ClientError","errorCode":"InvalidStatus","httpStatus":400},"status":"COMPLETE"}
            """);
        Assert.Single(run.SentTo("01000000008"));
    }

    [Fact]
    public void Every_request_went_to_an_address_the_gateway_has() =>
        Assert.DoesNotContain(run.Received.Requests, r => r.Operation == SandboxOperations.Unknown);

    public sealed class OneRun : IAsyncLifetime
    {
        internal NodeScript Found { get; private set; } = null!;

        internal ReceivedDocument Received { get; private set; } = null!;

        /// <summary>As Node names it.</summary>
        internal string Platform => OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

        public async Task InitializeAsync()
        {
            await using var world = await World.Start(new() { Sms = new() { Senders = [SolapiCaller.From] } });
            var account = world.Options.Sms;
            Found = await NodeScript.Run(
                world, "solapi.mjs", "solapi", "solapi-at-sandbox.mjs", account.ApiKey, account.ApiSecret, SolapiCaller.From);
            Received = await world.Sandbox.Received();
        }

        public Task DisposeAsync() => Task.CompletedTask;

        internal IReadOnlyList<ReceivedSms> SentTo(string number) => [.. Received.Sms.Where(sms => sms.To == number)];
    }
}
