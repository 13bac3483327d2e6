"""WooCommerce's orders as its REST API gives them, which unlike its report names the buyer."""
