"""The questions to Shopify's Admin interface for products; what is not asked for is not sent."""

from __future__ import annotations

from typing import Final

_VARIANT: Final = """
fragment OneVariant on ProductVariant {
  id sku price inventoryQuantity inventoryPolicy
  inventoryItem { id tracked }
  selectedOptions { name value }
  media(first: 1) { nodes { ... on MediaImage { image { url altText } } } }
}
"""
_PRODUCT: Final = """
fragment OneProduct on Product {
  id handle title descriptionHtml vendor productType tags status updatedAt onlineStoreUrl
  category { name }
  options { name }
  media(first: 10) { nodes { ... on MediaImage { image { url altText } } } }
  variants(first: $variants) {
    nodes { ...OneVariant }
    pageInfo { hasNextPage endCursor }
  }
}
"""
PRODUCTS: Final = f"""
query Products($first: Int!, $after: String, $variants: Int!) {{
  shop {{ currencyCode }}
  products(first: $first, after: $after, sortKey: ID) {{
    nodes {{ ...OneProduct }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
{_PRODUCT}{_VARIANT}"""
SOME_PRODUCTS: Final = f"""
query SomeProducts($ids: [ID!]!, $variants: Int!) {{
  shop {{ currencyCode }}
  nodes(ids: $ids) {{ ...OneProduct }}
}}
{_PRODUCT}{_VARIANT}"""
PRODUCT_OF_ITEM: Final = f"""
query ProductOfItem($id: ID!, $variants: Int!) {{
  shop {{ currencyCode }}
  inventoryItem(id: $id) {{ variant {{ product {{ ...OneProduct }} }} }}
}}
{_PRODUCT}{_VARIANT}"""
MORE_VARIANTS: Final = f"""
query MoreVariants($id: ID!, $first: Int!, $after: String) {{
  product(id: $id) {{
    variants(first: $first, after: $after) {{
      nodes {{ ...OneVariant }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
{_VARIANT}"""
