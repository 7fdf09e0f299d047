targetScope = 'subscription'

import { appSettings } from 'function-app.bicep'

@description('Name of the environment, such as "penalties-prod"; every resource is named after it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Azure region. It must offer Flex Consumption and the chosen storage redundancy.')
param location string

@description('The app\'s settings under the names its options classes use. Empty values are left out: the app\'s default holds.')
param settings appSettings

@description('Redundancy of the storage account. It holds the cases and their contact data.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('Instances kept warm for HTTP, orchestrations and the two block queues. 0 is cheapest; 1 keeps a block\'s confirmation within seconds.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('How far the app may scale out.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Who is mailed when an alert fires; empty: nobody, the alert is only shown.')
param alertEmail string = ''

var tags = { 'azd-env-name': environmentName }
var token = uniqueString(subscription().id, environmentName, location)
var storageName = 'st${token}'
var serviceBusName = 'sb-${token}'
var keyVaultName = 'kv-${token}'
var insightsName = 'appi-${token}'

// Kept in Key Vault, each under its setting's name with '-' for ':'. Everything else is a plain setting.
var secretSettings = [
  'Crm:Sources:zendesk:Secret'
  'Zendesk:ApiToken'
  'Agit:BotToken'
  'Agit:Koc:Token'
  'Agit:Koc:ManagersToken'
  'Agit:Kmcc:Token'
  'Agit:Kmcc:ManagersToken'
  'DriverAdmin:Token'
  'DriverAdmin:WebhookSecret'
  'Solapi:ApiSecret'
  'Privacy:HashKey'
]

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module storage 'storage.bicep' = {
  scope: group
  params: {
    name: storageName
    location: location
    tags: tags
    sku: storageSku
    principalId: identity.outputs.principalId
  }
}

module serviceBus 'service-bus.bicep' = {
  scope: group
  params: { name: serviceBusName, location: location, tags: tags, principalId: identity.outputs.principalId }
}

module keyVault 'key-vault.bicep' = {
  scope: group
  params: { name: keyVaultName, location: location, tags: tags, principalId: identity.outputs.principalId }
}

module telemetry 'telemetry.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: insightsName
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module functionApp 'function-app.bicep' = {
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storageName
    deploymentContainer: storage.outputs.deploymentContainer
    serviceBusName: serviceBusName
    keyVaultName: keyVaultName
    insightsName: insightsName
    settings: settings
    secretSettings: secretSettings
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount
  }
  // Names are passed rather than outputs, so that what-if can predict the app; the order has to be said.
  dependsOn: [serviceBus, keyVault, telemetry]
}

module alerts 'alerts.bicep' = {
  scope: group
  params: { nameSuffix: token, tags: tags, serviceBusId: serviceBus.outputs.id, email: alertEmail }
}

output AZURE_RESOURCE_GROUP string = group.name
output KEY_VAULT_NAME string = keyVaultName
output FUNCTION_APP_NAME string = functionApp.outputs.name
output FUNCTION_APP_URL string = functionApp.outputs.url

@description('The secrets that must be set before the app is deployed.')
output KEY_VAULT_SECRETS string[] = map(secretSettings, setting => replace(setting, ':', '-'))
